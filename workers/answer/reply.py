"""What a model replied, sentence by sentence, while it arrives and however it is written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from workers.model import Schema

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
# A code span is skipped: `args[1]` is no reference. What is quoted may have backticks of its own.
_INLINE = re.compile(
    r"(?P<code>`[^`]+`)"
    r"|\s?\[(?P<numbers>\d{1,3}(?:\s*,\s*\d{1,3})*)"
    r"(?::\s*[\"“](?P<quote>.{0,1000}?)[\"”]\]"
    # Some write `[2]: "quote"`: without its quote it would stand for all of the passage.
    r"|\]:\s*[\"“](?P<behind>.{0,1000}?)[\"”](?:\]|(?=[.,;]?(?:\s|$)))"
    r"|\])"
)
_FENCE = re.compile(r"^[^\S\n]*```.*?(?:^[^\S\n]*```|\Z)", re.DOTALL | re.MULTILINE)
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)")
_HELD = 0xE000
_HELD_IN_TEXT = re.compile("[\ue000-\uf8ff]")
_LATE = re.compile(r"([.!?])((?:\s*[\ue000-\uf8ff])+)")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*])")


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


def _references_of(match: re.Match[str]) -> list[Reference]:
    quote = (match["quote"] or match["behind"] or "").replace('\\"', '"')
    return [Reference(int(number), quote) for number in match["numbers"].split(",")]


def _without_marks(text: str) -> tuple[str, list[Reference]]:
    """The text without `[2]` and `[2: "quote"]`, and what they refer to."""
    found: list[Reference] = []

    def take(match: re.Match[str]) -> str:
        if match["code"]:
            return match["code"]
        found.extend(_references_of(match))
        return ""

    return _INLINE.sub(take, text).strip(), found


def _from_prose(content: str) -> list[Statement]:
    """References are held as one character each while sentences are told apart: what they quote
    may have full stops."""
    held: list[list[Reference]] = []

    def hold(match: re.Match[str]) -> str:
        if match["code"] or len(held) > MOST * 10:
            return match[0]
        held.append(_references_of(match))
        return chr(_HELD + len(held) - 1)

    content = _HELD_IN_TEXT.sub("", content)
    text = _INLINE.sub(hold, _FENCE.sub("", content) or content)
    statements: list[Statement] = []
    for paragraph in _PARAGRAPH.split(text):
        # 'It is so. [1] Next' is 'It is so [1]. Next': marks belong to what stands before them.
        sentences = _END.split(_LATE.sub(r"\2\1", paragraph.strip()))
        statements += _of_paragraph(sentences, held)
    return statements[:MOST]


def _of_paragraph(sentences: list[str], held: list[list[Reference]]) -> list[Statement]:
    statements: list[Statement] = []
    for sentence in sentences:
        references = [r for c in _HELD_IN_TEXT.findall(sentence) for r in held[ord(c) - _HELD]]
        text = _HELD_IN_TEXT.sub("", sentence)[:LONGEST].strip()
        if text.strip("-*#> .\n"):
            statements.append(Statement(text, tuple(dict.fromkeys(references)), not statements))
    return statements
