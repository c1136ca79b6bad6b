"""Histories out of releases: each version of a package is a commit on top of the one before.

Wheels and npm packages are unpacked, never built: nothing of them is executed. For the name and
version of a source distribution pip asks its build backend, as it does whenever it gets one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PINNED = Path(__file__).parent / "releases.json"
_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "releases",
    "GIT_AUTHOR_EMAIL": "releases@example.org",
    "GIT_COMMITTER_NAME": "releases",
    "GIT_COMMITTER_EMAIL": "releases@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
}
_FIRST = 1_600_000_000
_DAY = 86_400


@dataclass(frozen=True)
class Package:
    """`kind` is 'wheel', 'sdist' or 'npm'; `versions` are oldest first, with the SHA-256 of what is
    downloaded."""

    name: str
    kind: str
    versions: dict[str, str]


def pinned() -> list[Package]:
    listed = json.loads(PINNED.read_text(encoding="utf-8"))
    return [Package(name, **rest) for name, rest in listed.items()]


def history(package: Package, work: Path, python: Path) -> Iterator[tuple[str, Path]]:
    """A checkout, one version after another: the version that was committed last, and the path."""
    checkout = work / "freshness" / package.name
    shutil.rmtree(checkout, ignore_errors=True)
    checkout.mkdir(parents=True)
    _git(checkout, "init", "--quiet", "--initial-branch=main")
    for number, version in enumerate(package.versions):
        archive = _downloaded(package, version, work / "downloads", python)
        for entry in checkout.iterdir():
            if entry.name != ".git":
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        _unpack(archive, checkout)
        if package.kind == "sdist":
            _lift(checkout)
        _git(checkout, "add", "--all", "--force")
        date = f"{_FIRST + number * _DAY} +0000"
        _git(checkout, "commit", "--quiet", "--message", f"{package.name} {version}", date=date)
        yield version, checkout


def _git(checkout: Path, *arguments: str, date: str = "") -> None:
    dated = {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date} if date else {}
    subprocess.run(["git", *arguments], cwd=checkout, env=_ENVIRONMENT | dated, check=True)


def _downloaded(package: Package, version: str, downloads: Path, python: Path) -> Path:
    folder = downloads / f"{package.name}-{version}"
    if not folder.exists():
        beside = folder.with_name(folder.name + ".new")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        wanted = (
            f"{package.name}@{version}" if package.kind == "npm" else f"{package.name}=={version}"
        )
        commands: dict[str, list[str | Path]] = {
            "npm": ["npm", "pack", "--silent", wanted],
            "wheel": [*(python, "-m", "pip", "download", "--quiet", "--no-deps"),
                      "--only-binary=:all:", wanted],
            "sdist": [*(python, "-m", "pip", "download", "--quiet", "--no-deps"),
                      "--no-binary=:all:", wanted],
        }  # fmt: skip
        subprocess.run(commands[package.kind], cwd=beside, check=True, stdout=subprocess.DEVNULL)
        beside.rename(folder)
    (archive,) = folder.iterdir()
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != package.versions[version]:
        raise SystemExit(f"{archive} is not the pinned package: its SHA-256 is {digest}")
    return archive


def _unpack(archive: Path, checkout: Path) -> None:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(checkout)
    else:
        with tarfile.open(archive) as packed:
            packed.extractall(checkout, filter="data")


def _lift(checkout: Path) -> None:
    """A source distribution lies in a folder that is named after its version."""
    (top,) = [entry for entry in checkout.iterdir() if entry.name != ".git"]
    # It may hold a folder of its own name.
    moved = top.rename(checkout / ".unpacked")
    for entry in moved.iterdir():
        entry.rename(checkout / entry.name)
    moved.rmdir()
