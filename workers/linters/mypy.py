"""mypy: types of Python, without the repository's configuration, plugins or dependencies.

What is not there is of any type, so that only a part of what mypy says is sure: what follows from
the code at hand and the standard library alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from workers.linters.base import (
    Broken,
    Desk,
    Linter,
    Report,
    Rule,
    Source,
    dotted,
    plain_path,
    shortened,
)

RULES: dict[str, Rule] = {
    "unused-coroutine": Rule("not-awaited", "high", why="Without await nothing happens."),
    "truthy-function": Rule("dead-check", "medium", why="A function is always true."),
    "used-before-def": Rule("undefined-name", "high", why="Running this line raises NameError."),
    "call-arg": Rule("wrong-call", "low"),
    "abstract": Rule("crash", "low"),
    "safe-super": Rule("crash", "medium"),
    "func-returns-value": Rule("suspicious", "low"),
    "exit-return": Rule("suspicious", "low"),
}
_MODULE = re.compile(r"(?:[A-Za-z_]\w*/)*[A-Za-z_]\w*\.pyi?")
_UNSURE = re.compile(
    r'for "_*[A-Z]\w*"$|of "(?:object|[A-Z]\w*Mapping|[A-Z]\w*Sequence)"$|arguments$'
)
_ATTEMPTS = 3
_BLOCKING = 2


def _reads(source: Source) -> bool:
    return source.language == "python" and not source.quiet and bool(_MODULE.fullmatch(source.path))


async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
    """A file that stops mypy, because it does not parse or has another's name, is left out."""
    wanted = {source.path: source for source in sources}
    for _ in range(_ATTEMPTS):
        printed = await _printed(desk, list(wanted.values()))
        found = [each for line in printed.splitlines() if (each := _read(line))]
        stopped = {plain_path(str(each["file"])) for each in found if each.get("code") == "syntax"}
        if not stopped & wanted.keys():
            return [report for each in found for report in _reports(each, wanted)]
        wanted = {path: source for path, source in wanted.items() if path not in stopped}
        if not wanted:
            return []
    raise Broken("too many files do not parse")


async def _printed(desk: Desk, sources: Sequence[Source]) -> str:
    return await desk.run(
        [
            *(desk.program("mypy"), "-O", "json", "--no-error-summary", "--cache-dir=/dev/null"),
            *("--config-file", "/dev/null", "--no-site-packages", "--ignore-missing-imports"),
            *("--follow-imports=silent", "--explicit-package-bases", "--namespace-packages"),
            *("--check-untyped-defs", "--no-strict-optional"),
            *("--enable-error-code", "truthy-bool", "--", *dotted(sources)),
        ],
        good=(0, 1, _BLOCKING),
        environment={"MYPYPATH": "src"},
    )


def _read(line: str) -> dict[str, object] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _reports(found: dict[str, object], known: dict[str, Source]) -> Iterator[Report]:
    source, code = known.get(plain_path(str(found["file"]))), str(found.get("code"))
    if source is not None and code in RULES and found.get("severity") == "error":
        if code == "call-arg" and _UNSURE.search(str(found["message"])):
            # What a decorator of a library that is not there makes is not known, nor which of its
            # kinds a protocol stands for, nor what was put in place of an attribute.
            return
        line = int(str(found["line"]))
        yield Report(
            "mypy", code, source.path, line, line, shortened(str(found["message"])), RULES[code]
        )


LINTER = Linter("mypy", _reads, look, RULES, program="bin/mypy")
