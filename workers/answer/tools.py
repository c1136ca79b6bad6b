"""What a model may do while it thinks: read, at one commit, and nothing else."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from core.db import files
from core.db.connect import Database
from core.db.symbol_graph import Definition
from core.errors import UserError
from workers import git
from workers.answer.asked import Asked
from workers.answer.cite import LONGEST, Lines
from workers.answer.evidence import Evidence, Passage
from workers.answer.subject import place_of
from workers.model import ToolCall
from workers.retrieve.search import Searcher

MOST_PASSAGES = 5
MOST_LISTED = 80
_LONGEST_ARGUMENT = 400

Arguments = dict[str, str]


@dataclass(frozen=True, slots=True)
class Tools:
    """`show` renders a passage; every result of a tool that has code is evidence."""

    database: Database
    searcher: Searcher
    asked: Asked
    evidence: Evidence
    show: Callable[[Passage], str]

    async def run(self, call: ToolCall) -> str:
        """What to tell the model; a call that makes no sense is told so."""
        tool = TOOLS.get(call.name)
        if tool is None:
            return f"There is no tool of that name; there are {', '.join(TOOLS)}."
        try:
            given = json.loads(call.arguments or "{}")
        except ValueError:
            return "The arguments were no JSON object."
        if not isinstance(given, dict):
            return "The arguments were no JSON object."
        arguments = {
            name: str(given.get(name) or "").replace("\x00", "")[:_LONGEST_ARGUMENT]
            for name in tool.arguments
        }
        return await tool.run(self, arguments) or "Nothing was found."

    def shown(self, found: list[tuple[Lines, str]]) -> str:
        passages = [self.evidence.add(lines, symbol) for lines, symbol in found[:MOST_PASSAGES]]
        return "\n".join(self.show(passage) for passage in passages if passage)


async def _search(tools: Tools, arguments: Arguments) -> str:
    hits = await tools.searcher.search(
        tools.asked.snapshot, arguments["query"], limit=MOST_PASSAGES, history=()
    )
    return tools.shown([(Lines(h.path, h.start_line, h.end_line), h.symbol) for h in hits])


async def _open_lines(tools: Tools, arguments: Arguments) -> str:
    """About a citation's length around the first line that has the words; else the beginning."""
    path, near = arguments["path"], arguments["near"].strip()
    text = tools.evidence.source.text(path)
    if text is None or not await _is_indexed(tools, path):
        return "There is no such file."
    at = next((n for n, line in enumerate(text.lines, 1) if near and near in line), 1)
    start = max(1, at - LONGEST // 4)
    end = min(len(text.lines), start + LONGEST - 1)
    return tools.shown([(Lines(path, start, end), "")])


async def _is_indexed(tools: Tools, path: str) -> bool:
    """What was skipped is not shown either: it may be anything."""
    async with tools.database.tenant(tools.asked.row.installation_id) as connection:
        file = await files.at(connection, tools.asked.snapshot.id, path)
    return file is not None and file.blob_id is not None


async def _find_definition(tools: Tools, arguments: Arguments) -> str:
    return tools.shown([(place_of(d).lines, d.qualified) for d in await _defined(tools, arguments)])


async def _defined(tools: Tools, arguments: Arguments) -> list[Definition]:
    """Definitions of a name, with those first whose containers fit."""
    name = arguments["name"].replace("::", ".").removesuffix("()")
    found = await tools.searcher.definitions(tools.asked.snapshot, name)
    return sorted(found, key=lambda d: not d.qualified.endswith(name))


async def _find_references(tools: Tools, arguments: Arguments) -> str:
    name = arguments["name"].replace("::", ".").removesuffix("()")
    uses = await tools.searcher.references(tools.asked.snapshot, name)
    lines = [(Lines(u.path, max(1, u.line - 3), u.line + 3), u.by) for u in uses]
    more = f"\nand {len(uses) - MOST_PASSAGES} more" if len(uses) > MOST_PASSAGES else ""
    return tools.shown(lines) + more


async def _find_implementations(tools: Tools, arguments: Arguments) -> str:
    """Of the first definitions of the name that have some."""
    graph = await tools.searcher.graph(tools.asked.snapshot)
    for each in (await _defined(tools, arguments))[:MOST_PASSAGES]:
        if found := await graph.implementers(each.path, each.ordinal):
            more = f"\nand {len(found) - MOST_PASSAGES} more" if len(found) > MOST_PASSAGES else ""
            return tools.shown([(place_of(d).lines, d.qualified) for d in found]) + more
    return ""


async def _find_calls(tools: Tools, arguments: Arguments) -> str:
    graph = await tools.searcher.graph(tools.asked.snapshot)
    for each in (await _defined(tools, arguments))[:MOST_PASSAGES]:
        if found := await graph.calls(each.path, each.ordinal):
            return tools.shown([(place_of(d).lines, d.qualified) for d in found])
    return ""


async def _list_files(tools: Tools, arguments: Arguments) -> str:
    pattern = arguments["pattern"] or "*"
    async with tools.database.tenant(tools.asked.row.installation_id) as connection:
        rows = await files.of_snapshot(connection, tools.asked.snapshot.id)
    found = [r.path for r in rows if r.blob_id and fnmatch.fnmatch(r.path, pattern)]
    more = f"\nand {len(found) - MOST_LISTED} more" if len(found) > MOST_LISTED else ""
    return "\n".join(" ".join(path.split()) for path in found[:MOST_LISTED]) + more


async def _history(tools: Tools, arguments: Arguments) -> str:
    """Commits are told, not cited: they are no lines of this commit."""
    path = arguments["path"]
    if not await _is_indexed(tools, path):
        return "There is no such file."
    try:
        commits = git.history(tools.asked.mirror, tools.asked.snapshot.commit_sha, path, 10)
    except UserError as error:
        return str(error)
    return "\n".join(f"{c.committed_at:%Y-%m-%d} {c.author}: {c.subject}" for c in commits)


@dataclass(frozen=True, slots=True)
class Tool:
    says: str
    arguments: dict[str, str]
    run: Callable[[Tools, Arguments], Awaitable[str]]


TOOLS = {
    "search": Tool("Search the code.", {"query": "words or names to look for"}, _search),
    "open_lines": Tool(
        "Read a part of a file.",
        {"path": "the file", "near": "words that stand there; empty for the beginning"},
        _open_lines,
    ),
    "find_definition": Tool(
        "Show where a name is defined.", {"name": "the name"}, _find_definition
    ),
    "find_references": Tool("Show where a name is used.", {"name": "it"}, _find_references),
    "find_implementations": Tool(
        "Show what inherits from a class, implements an interface or overrides a method.",
        {"name": "the class, interface or method"},
        _find_implementations,
    ),
    "find_calls": Tool(
        "Show what a function or method calls in this repository.",
        {"name": "the function or method"},
        _find_calls,
    ),
    "list_files": Tool("List files.", {"pattern": "such as src/*.py"}, _list_files),
    "history": Tool("Show the last commits that touched a file.", {"path": "the file"}, _history),
}


def specifications() -> list[dict[str, Any]]:
    """The tools, as chat completions want to be told of them."""
    return [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": tool.says,
                "parameters": {
                    "type": "object",
                    "properties": {
                        argument: {"type": "string", "description": meaning}
                        for argument, meaning in tool.arguments.items()
                    },
                    "required": list(tool.arguments),
                    "additionalProperties": False,
                },
            },
        }
        for name, tool in TOOLS.items()
    ]
