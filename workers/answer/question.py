"""What kind of question it is, what it names, and what in it refers to the answer before."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 4_000
"""Characters that are read; the rest of a longer text is rarely the question."""

CONNECTED = frozenset({"callers", "impact"})
"""Shapes that ask who uses something."""

_CHANGE = (
    r"(?:chang\w+|remov\w+|renam\w+|delet\w+|modif\w+|drop\w*|mov(?:e|ed|ing)\b|rewrit\w+"
    r"|replac\w+|refactor\w*|touch\w*|edit\w*|rework\w*|different\w*|other(?:wise)?\b"
    r"|another\b|less\b|more\b|gone\b|began\b|stopp?\w*)"
)
_SHAPES = (
    (
        "greeting",
        r"^\W*(hi|hello|hey|good (morning|evening|day)|thanks?|thank you|yo)\b[\s\w,!.]{0,20}$",
    ),
    (
        "help",
        r"^\W*(help|usage|what can you do|(who|what) are you"
        r"|how do (i|you) use (you|ponder|this))\W*$",
    ),
    ("why", r"^\W*(?:\w+\W+){0,3}why\b"),
    (
        "tests",
        r"\b(where|which|list|show|find|what|are there)\b.*\btests?\b(?!\s+client)"
        r"|\btests? (for|of|cover)",
    ),
    (
        "impact",
        # What breaks or is affected if something is otherwise than it is.
        r"\b(?:what|which|who|anything|everything)\b.{0,60}\b(?:affected|impacted|br(?:eak|oke)\w*"
        rf"|touched|else chang\w+)\b.*\b(?:if|when|by)\b.*\b{_CHANGE}"
        rf"|\bif\b.*\b{_CHANGE}.*\bwhat\b.{{0,30}}\b(?:else|affected|impacted|breaks?|touched)\b"
        r"|\b(?:impact|effects?|consequences|blast radius|fallout) of (?:a )?(?:chang|remov|renam"
        r"|delet|modif|dropp|mov|replac|refactor|touch)\w+"
        r"|\b(?:what|which|who|anything|everything)\b.{0,40}\b(?:depend(?:s|ing)?|rel(?:y|ies))"
        r" (?:up)?on\b|\bdepend[ae]nts of\b"
        r"|\bsafe(?:ly)?\b.{0,20}\b(?:remov|delet|drop|renam|chang|modif|mov|refactor|get rid)\w*"
        r"|\b(?:can|could|may|should) (?:i|we|you|one)\b.{0,12}\b(?:remove|delete|drop|rename"
        r"|get rid of) (?:the (?:function|method|class|file|module) )?(?-i:[\w./:]*[`_./:A-Z])",
    ),
    (
        "callers",
        r"^\W*(?:is|are|does|do) (?:there )?(?:any(?:thing|body|one|where)?)\b.{0,40}\b"
        r"(?:use[sd]?|using|calls?|calling|import(?:s|ing)?|users|callers|usages)\b"
        r"|^\W*(?:is|are)\b.{2,80}\b(?:used|needed|called|referenced|imported|unused|dead)"
        r"(?: code| anywhere| at all| by \w+| any ?more| in [\w ]+)?\W*$"
        r"|\b(who|what|which|where)\b.*\b(calls?|called|invokes?|invoked|uses?|used|callers?|usages?"
        r"|referenced|references|instantiated|subclass(es|ed)?|inherits?|imported|imports?)\b"
        r"|\b(callers|usages|uses|references|subclasses) of\b",
    ),
    ("happens", r"\bwhat (happens|occurs|is done)\b"),
    (
        "what",
        r"^\W*(what(['’]s| is| are| does| do)|define|explain|describe|tell me about|show( me)?)\b",
    ),
    ("where", r"\bwhere\b|\bin (which|what) (file|module|function|class|place)\b"),
    ("which", r"\b(which|what)\b"),
    ("how", r"\bhow\b"),
)
_NAMED = re.compile(
    r"`([^`\s]+)`"
    r"|(?<![\w/])([A-Za-z_]\w*(?:(?:\.|::|#)[A-Za-z_]\w*)+)"
    r"|\b([A-Za-z_]\w*)(?=\()"
    r"|\b(_*[A-Za-z0-9]+_\w+|_\w+)\b"
    r"|\b([A-Z]?[a-z0-9]+[A-Z]\w*|[A-Z][A-Z]+[a-z]\w*)\b"
)
_PRONOUN = re.compile(r"\b(it|its|this|that|these|those|they|them|there|he|one)\b", re.IGNORECASE)
_ELLIPTIC = re.compile(
    r"^\W*(?:(?:and|but|so|what about|how about|also|then|or)\b|(?:why|where|who|how|when)\W*$)",
    re.IGNORECASE,
)
_USED = re.compile(
    r"\b(?:calls?|invokes?|uses?|imports?|of|is|are|does|inherits? from|subclass(?:es)?(?: of)?)\s+"
    r"(?:the\s+|a\s+)?(?:function\s+|method\s+|class\s+)?([A-Za-z_]\w{2,})",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:chang(?:e|ing)|remov(?:e|ing)|delet(?:e|ing)|renam(?:e|ing)|dropp?(?:ing)?|touch(?:ing)?"
    r"|modif(?:y|ying)|edit(?:ing)?|get rid of|(?:up)?on|of)\s+(?:the\s+|a\s+)?"
    r"(?:function\s+|method\s+|class\s+)?([A-Za-z_]\w{2,})(?:\s+(?:in|of|from)\s+[\w./-]+)?\W*$",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"^\W*(?:please\W+)?(?:(?:can|could|would) you\W+)?"
    r"(?:explain|describe|define|tell me about|show me|tell me)\b"
    r"|\b(?:who|whom|whose|please|says? about)\b",
    re.IGNORECASE,
)
_CALLING = re.compile(r"\b(?:calls?|called|callers?|invokes?|invoked|usages?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """`named` are identifiers in the order of the text; `guesses` are plain words that stand where
    a name would, for questions such as 'who calls redirect?'; `added` are the words of a follow-up
    that say what it asks beyond the answer before."""

    text: str
    shape: str
    named: tuple[str, ...]
    guesses: tuple[str, ...]
    refers_back: bool
    cut: bool
    added: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        """The text without the words that only ask; all of it, if nothing else is there."""
        topic = _ASKING.sub(" ", self.text)
        if self.shape == "callers":
            topic = _CALLING.sub(" ", topic)
        return topic if re.search(r"\w{2}", topic) else self.text


def read(text: str) -> Question:
    """Never fails: whatever was typed is a question of some shape; '' is an empty one."""
    whole = " ".join(text.replace("\x00", " ").split())
    kept = whole[:LONGEST]
    shape = _shape(kept)
    named = tuple(
        dict.fromkeys(_clean(next(filter(None, m.groups()))) for m in _NAMED.finditer(kept))
    )
    return Question(
        text=kept,
        shape=shape,
        named=tuple(name for name in named if name),
        guesses=tuple(dict.fromkeys((_CHANGED if shape == "impact" else _USED).findall(kept))),
        refers_back=_refers_back(kept, named),
        cut=len(whole) > LONGEST,
    )


def _clean(name: str) -> str:
    return name.split("(", maxsplit=1)[0].strip(".:#,;'\"")


def _shape(text: str) -> str:
    if not text.strip(" \t?!.,;:"):
        return "empty"
    for shape, pattern in _SHAPES:
        if re.search(pattern, text, re.IGNORECASE):
            return shape
    return "other"


def _refers_back(text: str, named: tuple[str, ...]) -> bool:
    """'and where is it called?' does; a question that names its own subject does not."""
    words = text.split()
    if named or len(words) > 12:
        return False
    return bool(_PRONOUN.search(text)) or (len(words) <= 5 and bool(_ELLIPTIC.match(text)))
