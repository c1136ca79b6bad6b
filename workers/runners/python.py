"""Python: pytest, with the toolchain's interpreter."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from workers.runners.base import Ended, Ran, Suite, Wanted
from workers.runners.pythonic.absent import absent as missing_modules
from workers.runners.pythonic.excuses import excuse, wavers
from workers.runners.pythonic.layout import shared, suite
from workers.runners.reproducers.python import reproducers as standing_alone
from workers.runners.reproducers.python import standing
from workers.runners.told import told
from workers.sandbox import CODE, Limits, Workspace

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

_REPRODUCER = "test_reproducer.py"
_FOLDER = ".ponder"
_RESULTS = f"{_FOLDER}/results.jsonl"
_RECORDER = Path(__file__).parent / "inside" / "recorder.py"
_USAGE = 4
_QUIET = (
    "-q",
    "--no-header",
    "--tb=no",
    "--maxfail=0",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:randomly",
)
_FLAGS = "NORMALIZE_WHITESPACE ELLIPSIS IGNORE_EXCEPTION_DETAIL ALLOW_UNICODE ALLOW_BYTES NUMBER"
_EXAMPLES = (
    *("--doctest-modules", "--doctest-continue-on-failure", "--doctest-ignore-import-errors"),
    *("--doctest-glob=*.rst", "--doctest-glob=*.md", "--doctest-glob=*.txt"),
    *("-o", f"doctest_optionflags={_FLAGS}"),
)
_ELSEWHERE = {"TZ": "Asia/Kolkata", "COLUMNS": "200", "PYTHONHASHSEED": "12345"}
_MOST_RESULTS = 64 * 1024 * 1024


async def run(workspace: Workspace, suite: Suite, wanted: Wanted) -> Ran:
    """Run tests; once more without what the repository asks of its test runner where that cannot be
    had, and with stand-ins for modules that tests want and nobody installed: those are absent all
    the same."""
    bare, absent = False, set[str]()
    while True:
        ran, code = await _once(workspace, suite, wanted, bare=bare, absent=sorted(absent))
        ran = replace(ran, absent=tuple(sorted({*ran.absent, *absent})))
        # What the code itself lacks cannot be stood in for: it would do other things.
        missing = set(ran.absent) - set(suite.packages) - suite.wants - absent
        if wanted.examples:
            return ran
        if code == _USAGE and not missing and not bare:
            bare = True
        elif missing and len(absent) < 20:
            absent |= missing
        else:
            return ran


async def _once(
    workspace: Workspace, suite: Suite, wanted: Wanted, *, bare: bool, absent: Sequence[str]
) -> tuple[Ran, int]:
    workspace.write(f"{_FOLDER}/ponder_recorder.py", _RECORDER.read_bytes())
    workspace.write(f"{_FOLDER}/ponder_calls.py", _RECORDER.with_name("calls.py").read_bytes())
    workspace.write(_RESULTS, b"")
    settings = {
        "seconds": wanted.seconds,
        "trace": list(suite.files) if wanted.trace else [],
        "absent": list(absent),
        "calls": list(wanted.calls),
        "backwards": wanted.elsewhere,
        "seed": wanted.seed,
        "times": wanted.times,
    }
    workspace.write(f"{_FOLDER}/settings.json", json.dumps(settings))
    result = await workspace.run(
        [*_argv(workspace, wanted, bare=bare), *(wanted.only or _targets(suite, wanted))],
        limits=_limits(wanted.seconds),
        environment=_environment(suite) | (_ELSEWHERE if wanted.elsewhere else {}),
    )
    raw = workspace.read(_RESULTS, most=_MOST_RESULTS) or b""
    output = result.stdout[-20_000:] + result.stderr[-20_000:]
    return told(raw, output, missing_modules), result.exit_code


def _targets(suite: Suite, wanted: Wanted) -> tuple[str, ...]:
    # Where there is no test, pytest is told so: some repositories take its warning for an error.
    return suite.shown if wanted.examples else suite.targets or (".",)


def _argv(workspace: Workspace, wanted: Wanted, *, bare: bool) -> list[str]:
    argv = [workspace.toolchain.python, "-m", "pytest", *_QUIET, "-p", "ponder_recorder"]
    argv += ["--timeout=25", "--continue-on-collection-errors", "--benchmark-disable"]
    argv += ["-o", "addopts="] if bare or wanted.examples else []
    argv += _EXAMPLES if wanted.examples else []
    # Without what pytest prints of a failed assertion: printing runs code that is not to blame.
    argv += ["--assert=plain"] if wanted.trace else []
    return argv + (["-W", "default"] if wanted.elsewhere else [])


def _limits(seconds: float) -> Limits:
    return Limits(
        wall_seconds=1.2 * seconds + 20,
        cpu_seconds=2 * seconds + 60,
        memory_mib=2048,
        output_kib=8192,
    )


def _environment(suite: Suite) -> dict[str, str]:
    roots = [CODE if root == "." else f"{CODE}/{root}" for root in suite.roots]
    return {
        "PYTHONPATH": ":".join([f"{CODE}/{_FOLDER}", *roots]),
        "TZ": "UTC",
    }


async def reproducers(workspace: Workspace, folder: Path, suite: Suite, test: Ended) -> list[str]:
    """Texts of tests that stand alone and should fail as this one does, the best first."""
    known = shared(suite.packages, workspace.toolchain.folder)
    return standing_alone(folder, suite, test, known)


def command(name: str) -> str:
    """With pytest."""
    return f"python -m pytest {shlex.quote(name)}"


def alone_text(suite: Suite, body: str, near: str = "") -> str:
    """A test with what lets it import the repository's code from its root."""
    return standing(suite, body)


def how(suite: Suite, path: str) -> str:
    """With pytest."""
    packages = ", ".join(suite.packages)
    return f"Use pytest, and import the code as its users do{packages and f', from {packages}'}."


def place(text: str) -> str:
    """At the repository's root."""
    return _REPRODUCER


def blank(text: str) -> str:
    """Nothing."""
    return ""


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
    """Run a test that stands alone, as a person would: plain pytest at the repository's root."""
    at = at or _REPRODUCER
    workspace.write(at, text)
    suite = Suite((at,), tuple(trace), (), ())
    wanted = Wanted(seconds, trace=bool(trace), seed=seed, times=times)
    ran, code = await _once(workspace, suite, wanted, bare=False, absent=())
    if code == _USAGE:
        ran, _ = await _once(workspace, suite, wanted, bare=True, absent=())
    workspace.write(at, blank(text))
    return ran
