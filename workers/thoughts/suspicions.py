"""What a model suspects of a definition: claims that a test can decide, each with the words of the
code that promise otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.db.findings import Claim
from workers.model import Schema
from workers.thoughts.asking import asked, texts
from workers.thoughts.base import digest, fingerprint
from workers.thoughts.tools import Tools

RULE = "broken-promise"
_COMMENT = ("//", "/*", "*", "#", "@")
_TEMPLATE = "hypothesize_bug"
_SCHEMA = Schema(
    "hypotheses",
    {
        "type": "object",
        "properties": {
            "hypotheses": {
                "type": "array",
                "items": texts(
                    claim="what it does and should not", quote="the promise", line="to blame"
                ),
            }
        },
        "required": ["hypotheses"],
        "additionalProperties": False,
    },
)


@dataclass(frozen=True, slots=True)
class Aim:
    """A definition to think about; `smell` is what an analyser said of it, `guidance` what its
    repository wants to be looked for in its file."""

    path: str
    symbol: str
    start_line: int
    text: str
    callers: tuple[str, ...] = ()
    smell: str = ""
    guidance: tuple[str, ...] = ()


def begins(lines: Sequence[str], start: int) -> int:
    """The first line of a definition with the comment that stands right above it: in most languages
    that is where it promises something."""
    while start > 1 and lines[start - 2].strip().startswith(_COMMENT):
        start -= 1
    return start


async def suspected(tools: Tools, aim: Aim) -> list[Claim]:
    """At most three; none without a model."""
    said = await asked(
        tools,
        _TEMPLATE,
        _SCHEMA,
        system={},
        user={
            "path": aim.path,
            "symbol": aim.symbol,
            "smell": aim.smell,
            "text": aim.text,
            "callers": aim.callers,
            "guidance": aim.guidance,
        },
    )
    listed = said.get("hypotheses")
    found = [_claim(aim, each) for each in (listed if isinstance(listed, list) else [])[:3]]
    return [claim for claim in found if claim is not None]


def _claim(aim: Aim, said: object) -> Claim | None:
    """None where the words that promise otherwise, or the line to blame, are not in the code."""
    if not isinstance(said, dict):
        return None
    words = {name: str(said.get(name, "")).strip()[:600] for name in ("claim", "quote", "line")}
    if not all(words.values()) or words["quote"] not in aim.text:
        return None
    at = [n for n, line in enumerate(aim.text.splitlines()) if words["line"] in line]
    if not at:
        return None
    line = aim.start_line + at[0]
    return Claim(
        fingerprint(RULE, aim.path, aim.symbol, words["line"]),
        *(RULE, "medium", "suspected", aim.path, line, line, words["claim"]),
        symbol=aim.symbol,
        explanation=f"The code promises otherwise:\n\n    {words['quote']}",
        content=digest(aim.text),
    )
