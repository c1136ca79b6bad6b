"""What a question asks for: weighted terms, the names, paths and frames in it, and its intent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workers.index.terms import terms
from workers.retrieve import bridges, everyday
from workers.retrieve.intent import Intent, intent_of
from workers.retrieve.words import ABBREVIATED, ALIKE

OWN = 1.0
CODE = 2.0  # a number or code that tells a case from others: 413, E1001, 0x1F
QUOTED = 1.25  # what somebody put into quotes or backticks was meant as it stands
ABBREVIATION = 0.5
SYNONYM = 0.15
DESCRIBED = 0.4  # how much words that stand for a description's are trusted: it has the code's own
EARLIER = 0.2  # terms of earlier questions of the conversation …
FOLLOW_UP = 0.6  # … and of the last one, where this question says little by itself
LITTLE = 3
SAID = 2  # words beside names, from which it can be told what the code may call it

# Words that only make a sentence a question. A small repository may hold none of them, and a word
# that stands nowhere would count as the rarest of all.
_ASKING = re.compile(
    r"\b(?:does|doing|am|been|being|could|shall|might|who|whom|whose|why|me|my|our|us|your|his|her"
    r"|him|them|these|those)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"`([^`\n]+)`|\"([^\"\n]{3,})\"|“([^”\n]{3,})”")
_IDENTIFIER = re.compile(
    r"\b(?:[A-Za-z_$][\w$]*(?:\.|::|#))*[A-Za-z_$][\w$]*\b(?=\()"  # call()
    r"|\b[A-Za-z_]\w*(?:(?:\.|::|#)[A-Za-z_]\w*)+\b"  # dotted
    r"|\b\w*[A-Za-z0-9]_\w+\b|(?<!\w)_+[A-Za-z]\w*\b"  # snake_case
    r"|\b[A-Za-z]+[a-z0-9]+[A-Z]\w*\b|\b[A-Z]{2,}[a-z]\w+\b"  # CamelCase
)
_CODE = re.compile(
    r"(?<![\w.:])(?<!line )(?:0[xX][0-9a-fA-F]+|[A-Z]{1,5}-?\d{2,6}|\d{3,})(?!\w|\.\d)"
)
_CAPITALISED = re.compile(r"(?<=[\w,;:)] )[A-Z][A-Za-z0-9]{2,}\b")  # within a sentence
_PLACED = re.compile(
    r"\bwhere(?:['’]s| is| are| was)? (?:the )?(?:(?:class|constant|enum|function|interface|method"
    r"|mixin|module|struct|trait|type|variable) )?\W?(?P<name>[A-Za-z_$][\w$.:#]*)\W{0,3} "
    r"(?:(?:class|function|interface|method|struct|type|gets|is) )*"
    r"(?P<verb>declared|defined|implemented|located)\b",
    re.IGNORECASE,
)
_PATH = re.compile(
    r"(?<![\w/.])(?:[\w@.+-]+/)*[\w@.+-]*\.[A-Za-z]\w{0,9}\b|(?:[\w@.+-]+/)+[\w@.+-]+"
)
_FRAMES = (
    re.compile(r"File \"(?P<path>[^\"]+)\", line (?P<line>\d+)"),  # Python
    re.compile(r"(?P<path>[\w@./\\+-]+\.\w+):(?P<line>\d+)(?::\d+)?"),  # most others
    re.compile(r"\bin (?P<path>[\w@./+-]+\.\w+) on line (?P<line>\d+)"),  # PHP
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A place that a traceback names; the path is as it was on the machine that wrote it."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Question:
    """`own` are the terms of the text itself, `weights` those and what stands for them."""

    text: str
    own: frozenset[str]
    weights: dict[str, float]
    identifiers: tuple[str, ...]
    capitalised: tuple[str, ...]  # words that are names where something is called just so
    paths: tuple[str, ...]
    frames: tuple[Frame, ...]
    intent: Intent


def asked_terms(text: str) -> list[str]:
    """The terms of a question that say what it is about, in order, with repeats."""
    return terms(_ASKING.sub(" ", text))


def parse(text: str, history: Sequence[str] = ()) -> Question:
    """`history`: earlier questions of the conversation, oldest first."""
    about = _PLACED.sub(_without_verb, text)
    own = dict.fromkeys(asked_terms(about))
    intent = intent_of(text)
    identifiers = tuple(dict.fromkeys(_identifiers(text)))
    capitalised = dict.fromkeys(_CAPITALISED.findall(text))
    return Question(
        text=text,
        own=frozenset(own),
        weights=_weights(about, list(own), history, asks=intent.asks),
        identifiers=identifiers,
        capitalised=tuple(word for word in capitalised if word not in identifiers),
        paths=tuple(dict.fromkeys(found.group() for found in _PATH.finditer(text))),
        frames=tuple(_frames(text)),
        intent=intent,
    )


def _without_verb(placed: re.Match[str]) -> str:
    """Where something is defined, 'defined' is no word of it."""
    return placed.group()[: placed.start("verb") - placed.start()]


def _identifiers(text: str) -> Iterator[str]:
    """What is written as code writes it, and what is asked for as a definition."""
    yield from (found.group() for found in _IDENTIFIER.finditer(text))
    yield from (found["name"] for found in _PLACED.finditer(text))


def _weights(
    text: str, own: Sequence[str], history: Sequence[str], *, asks: bool
) -> dict[str, float]:
    weights = dict.fromkeys(own, OWN)
    for found in _QUOTED.finditer(text):
        weights.update(dict.fromkeys(terms(found[1] or found[2] or found[3]), QUOTED))
    for code in _CODE.findall(text):
        weights.update(dict.fromkeys(terms(code)[-1:], CODE))
    for term in own:
        _raise(weights, ABBREVIATED.get(term, ()), ABBREVIATION)
        _raise(weights, ALIKE.get(term, ()), SYNONYM)
    for term, weight in _bridged(text, trust=1.0 if asks else DESCRIBED).items():
        _raise(weights, (term,), weight)
    for age, earlier in enumerate(reversed(history)):
        missing = age == 0 and len(own) < LITTLE
        _raise(weights, asked_terms(earlier), FOLLOW_UP if missing else EARLIER)
    return weights


def _bridged(text: str, *, trust: float) -> dict[str, float]:
    """What the code may call what people say. A name that is spelled out needs no other."""
    said = frozenset(asked_terms(_IDENTIFIER.sub(" ", text)))
    if len(said) < SAID:
        return {}
    meant = everyday.meant(text, said)
    return {term: trust * w for term, w in (meant | bridges.related(said, meant)).items()}


def _raise(weights: dict[str, float], words: Sequence[str], weight: float) -> None:
    for word in words:
        weights[word] = max(weight, weights.get(word, 0.0))


def _frames(text: str) -> list[Frame]:
    found = {
        Frame(match["path"].replace("\\", "/"), int(match["line"]))
        for pattern in _FRAMES
        for match in pattern.finditer(text)
        if len(match["line"]) < 8
    }
    return sorted(found, key=lambda frame: (text.find(frame.path), frame.line))
