"""What a Python project says that it needs: names and versions, and nothing else of what its files
may say. Addresses, folders, options of installers and build scripts are left out."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from workers.dependencies.base import text
from workers.sandbox import files

_MOST = 400
_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?) *"
    r"(?P<extras>\[[A-Za-z0-9._, -]*\])? *"
    r"(?P<version>\(?[<>=!~][0-9A-Za-z.*+!<>=~, _-]*\)?)? *"
    r"(?P<marker>;[A-Za-z0-9_.'\"()<>=!~, -]*)?"
)
_FOR_TESTS = ("dev", "test", "tests", "testing")
_FILES = ("requirements.txt", "requirements[-_]*.txt", "*[-_]requirements.txt")
_FOR_OTHERS = ("doc", "lint", "format", "publish", "release", "bench", "typing")
_CARET = re.compile(r"[\^](\d+)((?:\.\d+)*)")


def roots(code: Path) -> list[str]:
    """What the project asks for itself, for running and for its tests, in order."""
    project = _toml(text(code, "pyproject.toml"))
    own = _normal(str(_table(project, "project").get("name", "")))
    asked = [*_of_project(project), *_of_poetry(project), *_of_setup(code), *_of_files(code)]
    found = [line for each in asked if (line := requirement(each)) and _name(line) != own]
    return list(dict.fromkeys(found))[:_MOST]


def pins(code: Path) -> list[str]:
    """Versions that a lock file names: one for each package, or none where it names several."""
    found: dict[str, set[str]] = {}
    for path in ("uv.lock", "poetry.lock", "pdm.lock"):
        packages = _toml(text(code, path)).get("package", [])
        for package in packages if isinstance(packages, list) else []:
            if isinstance(package, dict) and not _is_local(package):
                pinned = requirement(f"{package.get('name')}=={package.get('version')}")
                found.setdefault(_name(pinned or ""), set()).add(pinned or "")
    return sorted(pin for pinned in found.values() if len(pinned) == 1 for pin in pinned if pin)


def requirement(line: str) -> str | None:
    """The line, if it is a name with versions; without its hashes and comments."""
    plain = re.split(r"\s#|\s--hash", line.expandtabs(1))[0].strip().rstrip("\\").strip()
    return plain if len(plain) < 500 and _REQUIREMENT.fullmatch(plain) else None


def _name(line: str) -> str:
    found = _REQUIREMENT.match(line)
    return _normal(found["name"]) if found else ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _of_project(project: Mapping[str, Any]) -> Iterator[str]:
    named = _table(project, "project")
    yield from _strings(named.get("dependencies"))
    for groups in (_table(named, "optional-dependencies"), _table(project, "dependency-groups")):
        for name in _FOR_TESTS:
            yield from _strings(groups.get(name))


def _of_poetry(project: Mapping[str, Any]) -> Iterator[str]:
    poetry = _table(_table(project, "tool"), "poetry")
    groups = [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies")]
    for name in _FOR_TESTS:
        groups.append(_table(_table(_table(poetry, "group"), name), "dependencies"))
    for group in groups:
        for name, said in group.items():
            version = said.get("version", "") if isinstance(said, dict) else said
            if name != "python" and isinstance(version, str) and not _is_elsewhere(said):
                yield name + _poetry_version(version)


def _poetry_version(version: str) -> str:
    if found := _CARET.fullmatch(version.strip()):
        upper = f",<{int(found[1]) + 1}" if found[1] != "0" else ""
        return f">={found[1]}{found[2]}{upper}"
    return version if version[:1] in "<>=!" else ""


def _is_elsewhere(said: object) -> bool:
    kinds = {"git", "path", "url", "file"}
    return isinstance(said, dict) and bool(kinds & said.keys() or said.get("optional"))


def _is_local(package: Mapping[str, Any]) -> bool:
    source = package.get("source", {})
    kinds = {"editable", "virtual", "directory", "git", "path", "url"}
    return isinstance(source, dict) and bool(kinds & source.keys() or source.get("type") in kinds)


def _of_setup(code: Path) -> Iterator[str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text(code, "setup.cfg", 1 << 20))
    except configparser.Error:
        return
    yield from parser.get("options", "install_requires", fallback="").splitlines()
    for name in _FOR_TESTS:
        yield from parser.get("options.extras_require", name, fallback="").splitlines()


def _of_files(code: Path) -> Iterator[str]:
    names = [n for n in files.names(code, "", 5_000) if n.count("/") == 0]
    names += [n for n in files.names(code, "requirements", 100) if n.endswith(".txt")]
    for path in names[:100]:
        name = path.rpartition("/")[2]
        wanted = path != name or any(fnmatch(name, pattern) for pattern in _FILES)
        if wanted and not any(word in name for word in _FOR_OTHERS):
            yield from text(code, path, 1 << 20).replace("\\\n", " ").splitlines()


def _toml(content: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _table(above: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = above.get(name)
    return found if isinstance(found, dict) else {}


def _strings(found: object) -> Iterator[str]:
    yield from (each for each in found if isinstance(each, str)) if isinstance(found, list) else ()
