"""Go: `go test`, with the toolchain's Go and nothing from outside."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from workers.runners.base import Ended, Place, Ran, Suite, Wanted, says
from workers.runners.golang.excuses import excuse as excused
from workers.runners.golang.layout import suite
from workers.runners.reproducers.go import belongs, placed, reproducers
from workers.runners.told import told
from workers.sandbox import Limits, Workspace, go

__all__ = [
    "alone",
    "alone_text",
    "blank",
    "command",
    "excuse",
    "how",
    "place",
    "reproducers",
    "run",
    "suite",
    "wavers",
]

_FOLDER = ".ponder"
_RESULTS = f"{_FOLDER}/results.jsonl"
_DRIVER = Path(__file__).parent / "inside" / "go_tests.py"
_MOST_RESULTS = 64 * 1024 * 1024
_REPRODUCER = "ponder_reproducer_test.go"
_TESTS = re.compile(r"^func ((?:Test|Example|Fuzz)\w*)\(", re.MULTILINE)
_ABSENT = re.compile(
    r"(?:no required module provides package|cannot find module providing package"
    r"|missing go.sum entry for (?:module providing package|go.mod file)"
    r"|: reading|module lookup disabled by GOPROXY=off for) ([\w./~-]+)"
)
_GATES = re.compile(r"\bruntime\.(GOOS|GOARCH|Version)|\bos\.Getenv|^//go:build")


async def run(workspace: Workspace, suite: Suite, wanted: Wanted) -> Ran:
    """Run tests, package by package. There are no examples of documentation apart: those of Go are
    tests."""
    folders = suite.targets if not wanted.only else _folders(wanted.only, suite.targets)
    settings = {
        "seconds": wanted.seconds,
        "only": list(wanted.only),
        "folders": list(folders),
        "trace": list(suite.files) if wanted.trace else [],
        "elsewhere": wanted.elsewhere,
        "seed": wanted.seed,
        "times": wanted.times,
    }
    workspace.write(f"{_FOLDER}/go_tests.py", _DRIVER.read_bytes())
    workspace.write(f"{_FOLDER}/settings.json", json.dumps(settings))
    workspace.write(_RESULTS, b"")
    result = await (await go(workspace)).command(
        [workspace.toolchain.python, f"{_FOLDER}/go_tests.py"],
        limits=_limits(wanted.seconds),
        environment={"TZ": "Asia/Kolkata" if wanted.elsewhere else "UTC"},
    )
    raw = workspace.read(_RESULTS, most=_MOST_RESULTS) or b""
    return told(raw, result.stdout[-20_000:] + result.stderr[-20_000:], _absent)


def _folders(only: Sequence[str], targets: Sequence[str]) -> list[str]:
    """Those of the tests and files that are asked for, and those that are asked for whole."""
    paths = dict.fromkeys(each.partition("::")[0] for each in only)
    found = [path if path in targets else str(PurePosixPath(path).parent) for path in paths]
    return list(dict.fromkeys(found))


def _limits(seconds: float) -> Limits:
    return Limits(
        wall_seconds=1.2 * seconds + 20,
        cpu_seconds=2 * seconds + 60,
        memory_mib=3072,
        processes=512,
        output_kib=8192,
        disk_mib=3072,
    )


def _absent(said: str) -> set[str]:
    return set(_ABSENT.findall(said))


def excuse(suite: Suite, test: Ended) -> str:
    """Why a failure says nothing about the code; '' where it does."""
    return excused(test)


def command(name: str) -> str:
    """In the folder of the test."""
    path, _, test = name.partition("::")
    folder = str(PurePosixPath(path).parent) if path.endswith(".go") else path
    target = shlex.quote("." if folder == "." else f"./{folder}")
    pattern = "/".join(f"^{part}$" for part in test.split("/"))
    return f"go test {target} -run {shlex.quote(pattern)}" if test else f"go test {target}"


def wavers(folder: Path, place: Place) -> bool:
    """Whether code does other things on another system."""
    return says(folder, place, _GATES)


def alone_text(suite: Suite, body: str, near: str = "") -> str:
    """A package finds itself, where it is said which."""
    return placed(body, str(PurePosixPath(near).parent)) if near else body


def how(suite: Suite, path: str) -> str:
    """In a package of its own beside the file."""
    folder = PurePosixPath(path).parent
    return (
        f"Write Go for `go test`, with the standard library alone: a file of the folder {folder}, "
        "in the package of its code with _test behind the name, which it imports by its whole path."
    )


def place(text: str) -> str:
    """In the folder that its first lines name."""
    return str(PurePosixPath(belongs(text)) / _REPRODUCER)


def blank(text: str) -> str:
    """A file of the same package, as the compiler wants it."""
    found = re.search(r"^package (\w+)", text, re.MULTILINE)
    return f"package {found[1] if found else 'main'}\n"


async def alone(
    workspace: Workspace,
    text: str,
    seconds: float,
    trace: Sequence[str] = (),
    *,
    seed: int = 0,
    times: int = 1,
    at: str = "",
) -> Ran:
    """Run a test that stands alone, in the folder that its first lines name."""
    path = at or place(text)
    folder = str(PurePosixPath(path).parent)
    workspace.write(path, text)
    only = tuple(f"{path}::{name}" for name in _TESTS.findall(text))
    suite = Suite((folder,), tuple(trace), (), ())
    ran = await run(
        workspace, suite, Wanted(seconds, only=only, trace=bool(trace), seed=seed, times=times)
    )
    workspace.write(path, blank(text))
    return ran
