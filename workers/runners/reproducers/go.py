"""A failing test of Go as a file of its own, beside the file that it comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from workers.runners.base import Ended, Suite
from workers.sandbox import Workspace, files

_LARGEST = 2_000_000
_MOST_IMPORTS = 400
_BELONGS = re.compile(r"^// It belongs in the folder (\S+)$", re.MULTILINE)
_HEADER = """// {about}
//
// It fails at this commit, and passes once mended. Run it there: go test -run '^{name}$'
// It belongs in the folder {folder}

"""
_PACKAGE = re.compile(r"^package (\w+)", re.MULTILINE)
_GROUP = re.compile(r"^import \(((?:(?!^import ).)*?)^\)", re.MULTILINE | re.DOTALL)
_SINGLE = re.compile(r"^import ((?:[\w.]+ )?\"[^\"]+\")", re.MULTILINE)
_IMPORT = re.compile(r"^[^\S\n]*((?:[\w.]+\s+)?\"([^\"]+)\")", re.MULTILINE)
_VERSION = re.compile(r"v\d+")


def belongs(text: str) -> str:
    """The folder that a reproducer says it belongs in; '.' is the repository's root."""
    found = _BELONGS.search(text)
    folder = PurePosixPath(found[1]) if found else PurePosixPath(".")
    return "." if folder.is_absolute() or ".." in folder.parts else str(folder)


def placed(text: str, folder: str) -> str:
    """A test that says where it belongs."""
    if _BELONGS.search(text):
        return text
    name = re.search(r"^func (Test\w*)\(", text, re.MULTILINE)
    told = f"// Run it there: go test -run '^{name[1]}$'\n" if name else ""
    return f"{told}// It belongs in the folder {folder}\n\n{text}"


async def reproducers(workspace: Workspace, folder: Path, suite: Suite, test: Ended) -> list[str]:
    """The test under another name, so that it may stand beside the first; what it uses of other
    test files of its package stays where it is."""
    text = (files.read(folder, test.path, _LARGEST) or b"").decode(errors="replace")
    package = _PACKAGE.search(text)
    name = test.id.partition("::")[2].partition("/")[0]
    body = _function(text, name)
    if not package or not body:
        return []
    renamed = f"{_kind(name)}Reproducer_{name.removeprefix(_kind(name)).lstrip('_')}"
    body = f"func {renamed}" + body.removeprefix(f"func {name}")
    about = _first(test.message) or test.id
    where = str(PurePosixPath(test.path).parent)
    header = _HEADER.format(about=about, name=renamed, folder=where)
    imports = _imports(text, body)
    return [f"{header}package {package[1]}\n\n{imports}{body}"]


def _kind(name: str) -> str:
    return next(kind for kind in ("Test", "Example", "Fuzz", "") if name.startswith(kind))


def _function(text: str, name: str) -> str:
    """As gofmt writes it: it ends with a bracket at the start of a line."""
    _, begun, behind = f"\n{text}\n".partition(f"\nfunc {name}(")
    inside, ended, _ = behind.partition("\n}\n")
    return f"{begun[1:]}{inside}{ended}" if ended else ""


def _imports(text: str, body: str) -> str:
    """Those that the body names: Go refuses the others."""
    listed = "".join(_GROUP.findall(text)) + "\n" + "\n".join(_SINGLE.findall(text))
    used = [
        whole
        for whole, path in _IMPORT.findall(listed)[:_MOST_IMPORTS]
        if re.search(rf"\b{re.escape(_called(whole, path))}\.", body) or whole.startswith(". ")
    ]
    listed = "".join(f"\t{each}\n" for each in used)
    return f"import (\n{listed})\n\n" if used else ""


def _called(whole: str, path: str) -> str:
    """The name by which a package is used."""
    given = whole.partition('"')[0].strip()
    parts = [part for part in path.split("/") if not _VERSION.fullmatch(part)] or [path]
    return given or parts[-1].removeprefix("go-").partition(".")[0]


def _first(message: str) -> str:
    lines: Sequence[str] = message.strip().splitlines() or [""]
    return "".join(letter for letter in lines[0] if letter.isprintable())[:150]
