"""Each analyser through its whole path: the tool in the sandbox, with our configuration alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from workers.languages import language_of
from workers.linters import LINTERS, is_installed
from workers.linters.base import Broken, Desk, Report, Source
from workers.sandbox import Limits, open_sandbox

LOCKED = 'package shop\n\nimport "sync"\n\nfunc f(m sync.Mutex) {\n\tm.Lock()\n}\n'
FAULTY: dict[str, tuple[Mapping[str, str], set[tuple[str, str, int]]]] = {
    "ruff": (
        {"a.py": "def f(x, y=[]):\n    y.append(x)\n    return missing\n"},
        {("B006", "a.py", 1), ("F821", "a.py", 3)},
    ),
    "mypy": (
        {"a.py": "async def go() -> int:\n    return 1\n\nasync def f() -> None:\n    go()\n"},
        {("unused-coroutine", "a.py", 5)},
    ),
    "eslint": (
        {
            "a.js": "export function f(x) {\n  return x === NaN;\n}\n",
            "b.tsx": "export const b = (x: number) => <p>{typeof x === 'nmber'}</p>;\n",
        },
        {("use-isnan", "a.js", 2), ("valid-typeof", "b.tsx", 1)},
    ),
    "tsc": (
        {"a.ts": "function ready() { return true; }\nif (ready) { console.log(1); }\n"},
        {("TS2774", "a.ts", 2)},
    ),
    "go_vet": (
        {
            "a.go": LOCKED,  # in no module
            "tool/go.mod": "module tool\n",
            "tool/sub/b.go": LOCKED,
        },
        {("copylocks", "a.go", 5), ("copylocks", "tool/sub/b.go", 5)},
    ),
    "shellcheck": (
        {"a.sh": '#!/bin/bash\nrm -rf "$1/"*\nif [ true ]; then rm -rf $HOME/$2/*; fi\n'},
        {("SC2115", "a.sh", 2), ("SC2115", "a.sh", 3), ("SC2160", "a.sh", 3)},
    ),
    "hadolint": (
        {"Dockerfile": 'FROM debian:12\nCMD ["a"]\nCMD ["b"]\n'},
        {("DL4003", "Dockerfile", 3)},
    ),
    "actionlint": (
        {
            ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n"
            "    steps:\n      - run: echo ${{ github.event.issue.title }}\n"
        },
        {("untrusted", ".github/workflows/a.yml", 6)},
    ),
    "secret": (
        {"a.py": 'KEY = "ghp_' + "q7RwZkP2mX9vLtBnY4cHsJ8dF6gA3eKu5TiO" + '"\n'},
        {("token", "a.py", 1)},
    ),
}


async def looked(name: str, files: Mapping[str, str], scratch: Path) -> list[Report]:
    """What an analyser says about files that it reads, in a workspace with all of them."""
    sandbox = await open_sandbox(scratch)
    assert sandbox is not None, "bubblewrap and the toolchain are needed"
    sources = [Source(path, language_of(path), text) for path, text in files.items()]
    async with sandbox.workspace(None) as workspace:
        for path, text in files.items():
            workspace.write(path, text)
        desk = Desk(workspace, Limits(100, 100, 3072, disk_mib=2048))
        linter = LINTERS[name]
        return await linter.look(desk, [each for each in sources if linter.reads(each)])


@pytest.mark.parametrize("name", sorted(FAULTY))
async def test_an_analyser_finds_what_is_wrong(name: str, tmp_path: Path) -> None:
    assert is_installed(LINTERS[name]), "run 'make toolchain'"
    files, expected = FAULTY[name]
    found = await looked(name, files, tmp_path)
    assert {(each.rule, each.path, each.start_line) for each in found} == expected


HOSTILE = {
    "ruff.toml": 'lint.select = []\nexclude = ["*"]\n',
    "mypy.ini": "[mypy]\nplugins = evil.py\nignore_errors = true\n",
    "evil.py": "raise SystemExit('the plugin ran')\n",
    "eslint.config.mjs": "process.exit(7);\n",
    "tsconfig.json": '{"compilerOptions": {"noCheck": true}, "files": []}\n',
    ".shellcheckrc": "disable=all\n",
    ".hadolint.yaml": "ignored: [DL4003]\n",
    ".github/actionlint.yaml": "paths: {'**': {ignore: ['.*']}}\n",
}


@pytest.mark.parametrize("name", ["ruff", "mypy", "eslint", "shellcheck", "hadolint"])
async def test_the_configuration_of_a_repository_does_not_count(name: str, tmp_path: Path) -> None:
    files, expected = FAULTY[name]
    found = await looked(name, {**HOSTILE, **files}, tmp_path)
    assert expected <= {(each.rule, each.path, each.start_line) for each in found}


def test_each_analyser_has_a_test_of_its_own() -> None:
    elsewhere = {"semgrep", "complexity", "dead_code", "duplication"}
    assert set(FAULTY) | elsewhere == set(LINTERS)


async def test_a_file_that_stops_mypy_is_left_out(tmp_path: Path) -> None:
    files, expected = FAULTY["mypy"]
    found = await looked("mypy", {**files, "broken.py": "def f(:\n"}, tmp_path)
    assert {(each.rule, each.path, each.start_line) for each in found} == expected


async def test_a_module_that_cannot_be_vetted_is_named(tmp_path: Path) -> None:
    sandbox = await open_sandbox(tmp_path)
    assert sandbox is not None
    said: list[str] = []
    async with sandbox.workspace(None) as workspace:
        workspace.write("a.go", 'package a\n\nimport _ "example.org/nowhere"\n')
        desk = Desk(workspace, Limits(100, 100, 3072, disk_mib=2048), said.append)
        assert await LINTERS["go_vet"].look(desk, [Source("a.go", "go", "")]) == []
    (line,) = said
    assert line.startswith("go_vet could not look at the module in the root")


async def test_a_package_may_name_its_modules(tmp_path: Path) -> None:
    named = {"a/__init__.py": '__all__ = ["b", "c", "d"]\n', "a/b.py": "", "a/c/__init__.py": ""}
    (found,) = await looked("ruff", named, tmp_path)
    assert (found.rule, "`d`" in found.message) == ("F822", True)


async def test_a_comparison_that_is_tried_is_not_pointless(tmp_path: Path) -> None:
    text = "def f(a, b, raises):\n    with raises(TypeError):\n        a in b\n    a == b\n"
    (found,) = await looked("ruff", {"a.py": text}, tmp_path)
    assert (found.rule, found.start_line) == ("B015", 4)


async def test_a_package_knows_the_modules_that_it_imports_from(tmp_path: Path) -> None:
    text = "from .lines import total\n\nprint(total)\ndel lines\n"
    found = await looked("ruff", {"shop/__init__.py": text, "shop/a.py": text}, tmp_path)
    assert [(each.rule, each.path) for each in found] == [("F821", "shop/a.py")]


async def test_a_key_that_is_repeated_with_its_value_changes_nothing(tmp_path: Path) -> None:
    text = "a = {'x': 1, 'x': 1}\nb = {'y': 1, 'y': 2}\nprint(a, b)\n"
    found = await looked("ruff", {"a.py": text}, tmp_path)
    assert [(each.rule, each.start_line) for each in found] == [("F601", 2)]


async def test_a_path_is_never_taken_for_an_option(tmp_path: Path) -> None:
    files = {"--config=a.py": "print(missing)\n", "-.py": "print(absent)\n"}
    assert {each.path for each in await looked("ruff", files, tmp_path)} == set(files)


async def test_an_analyser_that_does_not_get_through_says_so(tmp_path: Path) -> None:
    sandbox = await open_sandbox(tmp_path)
    assert sandbox is not None
    async with sandbox.workspace(None) as workspace:
        desk = Desk(workspace, Limits(20, 20))
        with pytest.raises(Broken, match="ended with 3: it is gone"):
            await desk.run(["/bin/sh", "-c", "echo it is gone >&2; exit 3"])
