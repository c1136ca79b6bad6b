"""What a model replied, sentence by sentence, while it arrives and however it is written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from workers.model_types import Schema

LONGEST = 1_500
"""Characters of one sentence."""
MOST = 60
"""Sentences of one reply."""

SCHEMA = Schema(
    "answer",
    {
        "type": "object",
        "properties": {
            "answerable": {"type": "boolean"},
            "sentences": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "text": {"type": "string"},
                        "new_paragraph": {"type": "boolean"},
                        "evidence": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {
                                    "number": {"type": "integer"},
                                    "quote": {"type": "string"},
                                },
                                "required": ["number", "quote"],
                                "additionalProperties": False,
                            },
                        },
                    },
                    "required": ["text", "new_paragraph", "evidence"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["answerable", "sentences"],
        "additionalProperties": False,
    },
)

_DECODER = json.JSONDecoder(strict=False)
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_SENTENCES = re.compile(r'"sentences"\s*:\s*\[')
_UNANSWERABLE = re.compile(r'"answerable"\s*:\s*false')
_CANNOT = re.compile(r"^\W*CANNOT ANSWER\b")
_INLINE = re.compile(r"\s?\[(\d{1,3}(?:\s*,\s*\d{1,3})*)(?::\s*[\"“]((?:[^\"”\\]|\\.)*)[\"”])?\]")
_CODE_SPAN = re.compile(r"(`[^`]+`)")
_END = re.compile(r"(?<=[.!?])(?:\s*\[[^\]]*\])*\s+(?=[A-Z`*])|(?<=[.!?]\])\s+(?=[A-Z`*])")


@dataclass(frozen=True, slots=True)
class Reference:
    """To a passage of the evidence; `quote` is '' where none was given."""

    number: int
    quote: str


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    references: tuple[Reference, ...]
    new_paragraph: bool


@dataclass(slots=True)
class Reader:
    """Feed it pieces; it gives the statements that are complete, each once."""

    _content: str = ""
    _at: int = -1
    _given: int = 0
    refused: bool = False

    @property
    def content(self) -> str:
        return _THOUGHT.sub("", self._content)

    @property
    def is_json(self) -> bool:
        return "{" in self.content[:40]

    def feed(self, piece: str) -> list[Statement]:
        self._content += piece
        return self._from_json() if self.is_json else []

    def close(self) -> list[Statement]:
        """What was still open: all of it, where the reply is no JSON."""
        if self.is_json:
            return self._from_json()
        self.refused = bool(_CANNOT.match(self.content))
        return [] if self.refused else _from_prose(self.content)

    def _from_json(self) -> list[Statement]:
        """Objects of the list `sentences` that have arrived as a whole."""
        content = self.content
        self.refused = self.refused or bool(_UNANSWERABLE.search(content))
        if self._at < 0:
            begin = _SENTENCES.search(content)
            if begin is None:
                return []
            self._at = begin.end()
        statements: list[Statement] = []
        while self._given < MOST:
            while self._at < len(content) and content[self._at] in ", \t\r\n":
                self._at += 1
            try:
                made, self._at = _DECODER.raw_decode(content, self._at)
            except (ValueError, RecursionError):
                break
            statement = _statement(made)
            if statement:
                self._given += 1
                statements.append(statement)
        return statements


def _statement(made: Any) -> Statement | None:
    """Models leave out fields and invent others; only a text is needed."""
    if isinstance(made, str):
        made = {"text": made}
    if not isinstance(made, dict) or not isinstance(made.get("text"), str):
        return None
    text, inline = _without_marks(made["text"][:LONGEST])
    if not text:
        return None
    given = made.get("evidence")
    listed = [_reference(entry) for entry in given] if isinstance(given, list) else []
    # Small models put their references into the text instead.
    references = tuple(dict.fromkeys(filter(None, listed))) or tuple(dict.fromkeys(inline))
    return Statement(text, references, bool(made.get("new_paragraph")))


def _reference(entry: Any) -> Reference | None:
    given = entry if isinstance(entry, dict) else {"number": entry}
    quote = given.get("quote")
    try:
        counted = int(str(given.get("number")))
    except ValueError:
        return None
    return Reference(counted, quote if isinstance(quote, str) else "")


def _without_marks(text: str) -> tuple[str, list[Reference]]:
    """The text without `[2]` and `[2: "quote"]`, and what they refer to. In code they are code."""
    pieces = _CODE_SPAN.split(text)
    found: list[Reference] = []
    for at in range(0, len(pieces), 2):
        found += [
            Reference(int(number), (match[2] or "").replace('\\"', '"'))
            for match in _INLINE.finditer(pieces[at])
            for number in match[1].split(",")
        ]
        pieces[at] = _INLINE.sub("", pieces[at])
    return "".join(pieces).strip(), found


def _from_prose(content: str) -> list[Statement]:
    statements: list[Statement] = []
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)", content):
        first = True
        for sentence in _END.split(_marks_inside(paragraph.strip())):
            text, references = _without_marks(sentence[:LONGEST])
            if text.strip("-*#>` \n") and len(statements) < MOST:
                statements.append(Statement(text, tuple(dict.fromkeys(references)), first))
                first = False
    return statements


def _marks_inside(paragraph: str) -> str:
    """'It is so. [1] Next' becomes 'It is so [1]. Next': marks belong to what stands before."""
    return re.sub(r"([.!?])((?:\s*\[\d[^\]]*\])+)", r"\2\1", paragraph)
