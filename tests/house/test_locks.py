"""Every package is locked with hashes and has a reason; the toolchain is apart."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import imported, modules, read, tracked

LOCKS = ("app", "bootstrap", "dev", "toolchain")
PROJECT: dict[str, Any] = tomllib.loads(read("pyproject.toml"))
# Put together here, so that this file does not hold what it looks for.
REGISTRIES = (
    *("pypi" + ".org", "python" + "hosted.org", "registry." + "npm", "npm" + "js.org"),
    *("npm" + "js.com", "deb." + "debian.org", "proxy." + "golang.org", "crates" + ".io"),
)
MACHINE_PATHS = tuple(f"/{folder}/" for folder in ("wo" + "rk", "ro" + "ot", "opt" + "/pypi"))

# The name of folders with what is copied into the sandbox, where the toolchain is.
INSIDE = "inside"


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> dict[str, set[str]]:
    """Package → its locked versions (a lock for several Pythons may hold two)."""
    found: dict[str, set[str]] = {}
    for line in read(f"requirements/{name}.txt").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", line):
            found.setdefault(canonical(match[1]), set()).add(match[2])
    return found


def declared(requirements: list[str]) -> set[str]:
    names = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements)
    return {canonical(match[0]) for match in names if match}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_has_hashes_and_none_an_address(name: str) -> None:
    text = read(f"requirements/{name}.txt")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "--index" not in text


def test_the_locks_hold_what_is_declared() -> None:
    groups: dict[str, list[str]] = PROJECT["dependency-groups"]
    assert declared(PROJECT["project"]["dependencies"]) <= locked("app").keys()
    for name in ("bootstrap", "dev", "toolchain"):
        assert declared(groups[name]) <= locked(name).keys()


def test_the_packages_of_node_are_locked_with_hashes_and_have_reasons() -> None:
    wanted = json.loads(read("requirements/node/package.json"))
    lock = json.loads(read("requirements/node/package-lock.json"))["packages"]
    assert lock.pop("")["dependencies"] == wanted["dependencies"]
    assert wanted["why"].keys() == wanted["dependencies"].keys()
    assert all("integrity" in each and "resolved" not in each for each in lock.values())


def test_the_tests_run_what_the_application_ships() -> None:
    tests = locked("dev")
    assert {name: tests.get(name) for name in locked("app")} == locked("app")


def test_the_toolchain_is_not_importable_by_the_application() -> None:
    analysers = declared(PROJECT["dependency-groups"]["toolchain"])
    assert analysers & locked("app").keys() == set()
    names = {name.replace("-", "_") for name in analysers}
    for path in modules():
        if path.parent.name != INSIDE:
            tops = {name.partition(".")[0] for name in imported(read(path))}
            assert tops & names == set(), path


def without_reason(project: str) -> list[str]:
    """Requirements, in pyproject.toml's text, with no comment beside them. The grammar packages
    share one."""
    found = re.findall(r'^\s+"([A-Za-z0-9._-]+)[^"]*",?[ ]*(#.*)?$', project, re.MULTILINE)
    return [name for name, reason in found if not reason and not name.startswith("tree-sitter-")]


def requirement_lines() -> str:
    """The part of pyproject.toml that names packages."""
    text = read("pyproject.toml")
    return text[text.index("\ndependencies = [") : text.index("[tool.hatch")]


def test_every_dependency_has_a_reason() -> None:
    assert without_reason(requirement_lines()) == []


def test_a_dependency_without_a_reason_is_found() -> None:
    text = '    "aiohttp>=3.14",  # the web server\n    "attrs>=1",\n'
    assert without_reason(text) == ["attrs"]


def addresses(text: str) -> list[str]:
    return [found for found in (*REGISTRIES, *MACHINE_PATHS) if found in text]


def text_of(path: Path) -> str:
    try:
        return read(path)
    except UnicodeDecodeError:
        return ""


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    named = {str(path): addresses(text_of(path)) for path in tracked()}
    assert {path: found for path, found in named.items() if found} == {}


def test_a_registry_address_is_found() -> None:
    assert addresses("--index-url https://pypi" + ".org/simple") != []
    assert addresses("cd /ro" + "ot/project") != []
