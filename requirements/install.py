"""Install one lock into its virtual environment, or do nothing where that was done before.

    python requirements/install.py app | dev | toolchain

The application and its tests live in .venv, the analysers that look at other people's code in
.tools. Only locked files with known hashes are ever downloaded, uv and the build backend included.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
CACHE = ROOT / ".cache"
FOLDERS = {"app": ROOT / ".venv", "dev": ROOT / ".venv", "toolchain": ROOT / ".tools"}
NODE = REQUIREMENTS / "node"
STAMP = "installed.txt"
BOOTSTRAP = CACHE / "bootstrap"
PROJECT = ROOT / "pyproject.toml"


def main(lock: str) -> None:
    CACHE.mkdir(exist_ok=True)
    with _alone():
        lock = _wanted(lock)
        folder = FOLDERS[lock]
        stamp = _stamp(lock)
        if _is_current(folder, stamp):
            return
        _tell(f"Installing requirements/{lock}.txt into {folder.name} …")
        environment = _environment(os.environ)
        uv = _bootstrap(environment)
        _synchronize(uv, folder, lock, environment)
        if lock == "toolchain":
            _warm(folder, environment)
            _synchronize_node(folder / "node", environment)
        else:
            _install_project(uv, folder, environment)
        (folder / STAMP).write_text(stamp)


def _wanted(lock: str) -> str:
    """The development lock holds all of the application's: a folder that has it keeps it."""
    stamp = FOLDERS[lock] / STAMP
    if lock == "app" and stamp.exists() and stamp.read_text().startswith("dev "):
        return "dev"
    return lock


def _stamp(lock: str) -> str:
    """What the folder depends on: the locks, the project's metadata, the interpreter, the place."""
    digest = hashlib.sha256()
    for path in (REQUIREMENTS / f"{lock}.txt", REQUIREMENTS / "bootstrap.txt", PROJECT):
        digest.update(path.read_bytes())
    if lock == "toolchain":
        digest.update((NODE / "package-lock.json").read_bytes() + str(_npm()).encode())
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{lock} {digest.hexdigest()} {version} {ROOT}\n"


def _is_current(folder: Path, stamp: str) -> bool:
    path = folder / STAMP
    return path.exists() and path.read_text() == stamp and _runs(folder / "bin" / "python")


def _runs(python: Path) -> bool:
    """A folder outlives the interpreter that it was made with."""
    return python.exists() and subprocess.run([python, "-c", ""], check=False).returncode == 0


@contextmanager
def _alone() -> Iterator[None]:
    """Two commands started at once install once."""
    with (CACHE / "install.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _environment(outer: Mapping[str, str]) -> dict[str, str]:
    """Hand pip's settings on this machine to uv, which reads none of them."""
    environment = dict(outer)
    for name in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH"):
        environment.pop(name, None)
    environment["UV_PYTHON_DOWNLOADS"] = "never"
    index = _pip("index-url")
    if index and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & environment.keys():
        environment["UV_DEFAULT_INDEX"] = index
        if extra := _pip("extra-index-url"):
            # Which index a file comes from does not matter: its hash is known.
            environment.setdefault("UV_INDEX", " ".join(extra.split()))
            environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    if certificates := _pip("cert"):
        environment.setdefault("SSL_CERT_FILE", certificates)
    trusted = ssl.get_default_verify_paths()
    if trusted.cafile or trusted.capath:
        # As pip does: a network with a proxy of its own is known to the system, not to uv.
        environment.setdefault("UV_SYSTEM_CERTS", "1")
    if not _has_home():
        environment.setdefault("UV_CACHE_DIR", str(CACHE / "packages"))
    return environment


def _has_home() -> bool:
    """Whether uv's cache can be where it is by default."""
    try:
        return os.access(Path.home(), os.W_OK)
    except RuntimeError:  # neither HOME nor an entry for this user
        return False


def _pip(key: str) -> str:
    """One of pip's settings: from the environment, else from its files."""
    named = os.environ.get("PIP_" + key.upper().replace("-", "_"))
    return named or _pip_files().get(key, "")


@cache
def _pip_files() -> dict[str, str]:
    """What pip's files say for all of its commands. Its own `config get` reads the user's only."""
    shown = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=False, capture_output=True, text=True
    )
    lines = (line.partition("=") for line in shown.stdout.splitlines())
    return {
        name.removeprefix("global."): ast.literal_eval(value)
        for name, _, value in lines
        if name.startswith("global.")
    }


def _bootstrap(environment: Mapping[str, str]) -> Path:
    """A small environment of its own for uv and the build backend, so that .venv has neither."""
    uv = BOOTSTRAP / "bin" / "uv"
    stamp = _stamp("bootstrap")
    if _is_current(BOOTSTRAP, stamp):
        return uv
    _run([sys.executable, "-m", "venv", "--clear", BOOTSTRAP], environment)
    _run(
        [
            *(BOOTSTRAP / "bin" / "python", "-m", "pip", "install", "-qq"),
            *("--disable-pip-version-check", "--require-hashes"),
            *("-r", REQUIREMENTS / "bootstrap.txt"),
        ],
        environment,
    )
    (BOOTSTRAP / STAMP).write_text(stamp)
    return uv


def _synchronize(uv: Path, folder: Path, lock: str, environment: Mapping[str, str]) -> None:
    (folder / STAMP).unlink(missing_ok=True)
    if not _has_version(folder):
        _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], environment)
    _run(
        [
            *(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", folder / "bin/python"),
            # The sandbox sees the toolchain read-only: nothing there could keep what it compiles.
            *(("--compile-bytecode",) if lock == "toolchain" else ()),
            REQUIREMENTS / f"{lock}.txt",
        ],
        environment,
    )


def _npm() -> str | None:
    return shutil.which("npm") if shutil.which("node") else None


def _synchronize_node(folder: Path, environment: Mapping[str, str]) -> None:
    """The analysers of JavaScript, without running a script of any package. Where there is no npm,
    they are left out: files of other languages are looked at all the same."""
    npm = _npm()
    if npm is None:
        _tell("There is no npm here, so JavaScript and TypeScript are not looked at.")
        return
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(NODE / name, folder / name)
    _run(
        [
            *(npm, "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"),
            *("--silent", "--cache", CACHE / "npm"),
        ],
        environment,
    )


def _warm(folder: Path, environment: Mapping[str, str]) -> None:
    """Have pytest rewrite the assertions of its plugins: it keeps that beside them, and in the
    sandbox, where it cannot, every start would take twice as long."""
    keeping = {n: v for n, v in environment.items() if n != "PYTHONDONTWRITEBYTECODE"}
    with TemporaryDirectory() as above:
        (Path(above) / "test_warm.py").write_text(_TEST)
        command = [folder / "bin" / "python", "-m", "pytest", "-q", f"--cov={above}", above]
        subprocess.run(command, check=False, cwd=above, env=keeping, capture_output=True)


_TEST = """
from hypothesis import given, strategies
@given(strategies.integers() | strategies.text() | strategies.lists(strategies.floats()))
def test_warm(x): pass
"""


def _has_version(folder: Path) -> bool:
    """Whether the folder's interpreter is of the version, and at the place, that is wanted."""
    major, minor = sys.version_info[:2]
    packages = folder / "lib" / f"python{major}.{minor}"
    return packages.exists() and _runs(folder / "bin" / "python")


def _install_project(uv: Path, folder: Path, environment: Mapping[str, str]) -> None:
    """An editable wheel, built by the locked backend: an isolated build would download another."""
    wheels = CACHE / "wheels"
    wheels.mkdir(exist_ok=True)
    build = f"from hatchling.build import build_editable; print(build_editable({str(wheels)!r}))"
    name = _run([BOOTSTRAP / "bin" / "python", "-c", build], environment).splitlines()[-1]
    _run(
        [
            *(uv, "pip", "install", "--quiet", "--no-deps", "--offline", "--reinstall"),
            *("--python", folder / "bin" / "python", wheels / name),
        ],
        environment,
    )


def _run(command: list[str | Path], environment: Mapping[str, str]) -> str:
    """Return what the command prints; what it says about its progress goes on to stderr."""
    done = subprocess.run(
        command, check=False, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        print(done.stdout, end="", file=sys.stderr)
        sys.exit(
            "The packages could not be installed; the lines above say why. Most often the package "
            "index is out of reach, the disk is full, or Python's venv module is missing "
            "('apt-get install python3-venv')."
        )
    return done.stdout


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in FOLDERS:
        sys.exit("Usage: python requirements/install.py app | dev | toolchain")
    main(sys.argv[1])
