"""go vet: Go. Packages whose dependencies are not there cannot be looked at, and are left out."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from core.redact import redact
from workers.linters.base import (
    Desk,
    Linter,
    Report,
    Rule,
    Source,
    of_language,
    plain_path,
    shortened,
)
from workers.sandbox import Go, Workspace, go

_NEVER = Rule("dead-check", "medium", why="The check has always the same outcome.")
_FORMAT = Rule("format-string", "medium", why="This prints the wrong text when it runs.")
_RACE = Rule("concurrency", "high", why="What it guards is no longer guarded.")
RULES: dict[str, Rule] = {
    "printf": _FORMAT,
    "slog": _FORMAT,
    **dict.fromkeys(("nilfunc", "bools", "sigchanyzer"), _NEVER),
    "copylocks": _RACE,
    "waitgroup": Rule("concurrency", "medium", why="Wait may be over before Add is called."),
    "lostcancel": Rule("leak", "medium"),
    "httpresponse": Rule("nil-dereference", "high", why="The response is nil after an error."),
    "unmarshal": Rule("no-effect", "high", why="What is not a pointer is not written to."),
    "unusedresult": Rule("no-effect", "medium", why="The result is all that the call makes."),
    "assign": Rule("no-effect", "medium", why="A thing is assigned to itself."),
    "atomic": _RACE,
    "shift": Rule("arithmetic", "medium", why="It shifts everything out."),
    "stringintconv": Rule("arithmetic", "medium", why="This makes a character, not digits."),
    "testinggoroutine": Rule("concurrency", "medium"),
    "errorsas": Rule("crash", "high", why="This panics when it runs."),
    "ifaceassert": Rule("dead-check", "medium", why="No type can be both."),
    "defers": Rule("no-effect", "medium", why="The argument is worked out at once."),
    "stdmethods": Rule("suspicious", "low"),
    "structtag": Rule("suspicious", "medium"),
    "unreachable": Rule("dead-code", "low"),
}
MOST_MODULES = 30
_AT = re.compile(r"^(?P<path>.+?):(?P<line>\d+)(?::\d+)?$")
_DOCUMENT = json.JSONDecoder()


async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
    made = await go(desk.workspace)
    reports = []
    for module, found in _modules(desk.workspace, sources).items():
        printed = await _vetted(desk, made, module, found)
        known = {source.path: source for source in found}
        documents = list(_documents(printed))
        if not documents and printed.strip():
            said = redact(shortened(printed))
            desk.log(f"go_vet could not look at the module in {module or 'the root'}: {said}")
        reports += [report for each in documents for report in _of_document(each, known)]
    return reports


def _modules(workspace: Workspace, sources: Sequence[Source]) -> dict[str, list[Source]]:
    """Files by the folder of their module, '' for the root, else with a slash at its end. What
    lies in none is given one, where all that it imports is the standard library's."""
    found: dict[str, list[Source]] = defaultdict(list)
    folders = {source.path.rpartition("/")[0] for source in sources}
    homes = {folder: _home(workspace, folder) for folder in folders}
    for source in sources:
        found[homes[source.path.rpartition("/")[0]]].append(source)
    if "" in found and workspace.read("go.mod") is None:
        workspace.write("go.mod", "module ponder.invalid/looked\n\ngo 1.22\n")
    return dict(sorted(found.items())[:MOST_MODULES])


def _home(workspace: Workspace, folder: str) -> str:
    while folder:
        if workspace.read(f"{folder}/go.mod") is not None:
            return f"{folder}/"
        folder = folder.rpartition("/")[0]
    return ""


async def _vetted(desk: Desk, made: Go, module: str, sources: Sequence[Source]) -> str:
    folders = sorted({source.path.removeprefix(module).rpartition("/")[0] for source in sources})
    vendored = desk.workspace.read(f"{module}vendor/modules.txt") is not None
    # The report is on standard error, between lines that say which packages failed.
    script = 'go="$1"; shift; cd -- "$1"; shift; exec "$go" vet -json "$@" 2>&1'
    return await desk.run(
        [
            *("/bin/sh", "-c", script, "sh", desk.program("go"), f"./{module}"),
            *(f"./{folder}" for folder in folders),
        ],
        good=(0, 1, 2),
        environment={
            **made.environment,
            "GOFLAGS": "-buildvcs=false -p=2" + ("" if vendored else " -mod=mod"),
        },
        mounts=made.mounts,
    )


def _of_document(document: dict[str, Any], known: dict[str, Source]) -> Iterator[Report]:
    for package in document.values():
        for rule, found in package.items() if isinstance(package, dict) else ():
            for each in found if isinstance(found, list) else ():
                yield from _reports(rule, each, known)


def _documents(printed: str) -> Iterator[dict[str, Any]]:
    """The JSON objects among other lines."""
    end = 0
    for begin in re.finditer(r"^\{", printed, re.MULTILINE):
        if begin.start() < end:
            continue
        try:
            found, end = _DOCUMENT.raw_decode(printed, begin.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            yield found


def _reports(rule: str, found: dict[str, Any], known: dict[str, Source]) -> Iterator[Report]:
    place = _AT.match(str(found.get("posn")))
    source = known.get(plain_path(place["path"])) if place else None
    if place and source and rule in RULES:
        line, said = int(place["line"]), shortened(str(found["message"]))
        yield Report("vet", rule, source.path, line, line, said, RULES[rule])


LINTER = Linter("go_vet", of_language("go"), look, RULES, program="bin/go", tool="vet")
