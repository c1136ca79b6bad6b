"""What a question asks for: weighted terms, the names, paths and frames in it, and its intent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workers.index.terms import terms
from workers.retrieve import bridges, everyday
from workers.retrieve.words import ABBREVIATED, ALIKE

OWN = 1.0
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
_PATH = re.compile(
    r"(?<![\w/.])(?:[\w@.+-]+/)*[\w@.+-]*\.[A-Za-z]\w{0,9}\b|(?:[\w@.+-]+/)+[\w@.+-]+"
)
_FRAMES = (
    re.compile(r"File \"(?P<path>[^\"]+)\", line (?P<line>\d+)"),  # Python
    re.compile(r"(?P<path>[\w@./\\+-]+\.\w+):(?P<line>\d+)(?::\d+)?"),  # most others
    re.compile(r"\bin (?P<path>[\w@./+-]+\.\w+) on line (?P<line>\d+)"),  # PHP
)
_TESTS = re.compile(
    r"\b(?:unit|integration|regression|functional|browser|failing|flaky|existing|which|what|the|any"
    r"|some|a|are there|our|end-to-end) tests?\b(?! (?:client|runner|that |whether|if\b|database))"
    r"|\btests (?:for|of|in|cover|check)\b|\btest[- ](?:suite|case|cases|file|files|coverage)\b"
    r"|\b(?:is|are|was|were|it|this|that)\b[^.?]{0,60}\btested\b|\bconftest\b|\btest_\w+",
    re.IGNORECASE,
)
_DOCS = re.compile(
    r"\b(?:docs|documentation|documented|readme|changelog|changes file|release notes?|tutorial"
    r"|user guide|manual|contribut(?:e|ing)|getting started)\b"
    r"|\bhow (?:do|can|should) (?:i|we|you) (?:install|set up)\b",
    re.IGNORECASE,
)
_EXAMPLES = re.compile(
    r"(?<!\bfor )\bexamples?\b(?! of the)|\bdemos?\b|\bsample (?:app|code|project)", re.I
)
_CONFIGURATION = re.compile(
    r"\b(?:ci|github actions?|makefile|dockerfile|docker|compose file|pyproject|package\.json|tox"
    r"|lint(?:er|ing)? (?:rules|config\w*)|pre-commit|dependabot)\b",
    re.IGNORECASE,
)
_TYPE = re.compile(
    r"\b(?:class|mixin|interface|struct|type|enum|trait|protocol)\b(?! (?:method|attribute|name))",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?\s*$|^\W*(?:where|how|what|which|why|when|who|does|do|is|are|can|show|find|explain)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A place that a traceback names; the path is as it was on the machine that wrote it."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Intent:
    """What is asked for by name, and is therefore not put behind the rest."""

    tests: bool
    docs: bool
    examples: bool
    configuration: bool
    types: bool
    asks: bool  # a question, rather than what a definition does, in words


@dataclass(frozen=True, slots=True)
class Question:
    """`own` are the terms of the text itself, `weights` those and what stands for them."""

    text: str
    own: frozenset[str]
    weights: dict[str, float]
    identifiers: tuple[str, ...]
    paths: tuple[str, ...]
    frames: tuple[Frame, ...]
    intent: Intent


def asked_terms(text: str) -> list[str]:
    """The terms of a question that say what it is about, in order, with repeats."""
    return terms(_ASKING.sub(" ", text))


def parse(text: str, history: Sequence[str] = ()) -> Question:
    """`history`: earlier questions of the conversation, oldest first."""
    own = dict.fromkeys(asked_terms(text))
    frames = tuple(_frames(text))
    return Question(
        text=text,
        own=frozenset(own),
        weights=_weights(text, list(own), history),
        identifiers=tuple(dict.fromkeys(found.group() for found in _IDENTIFIER.finditer(text))),
        paths=tuple(dict.fromkeys(found.group() for found in _PATH.finditer(text))),
        frames=frames,
        intent=_intent(text),
    )


def _weights(text: str, own: Sequence[str], history: Sequence[str]) -> dict[str, float]:
    weights = dict.fromkeys(own, OWN)
    for found in _QUOTED.finditer(text):
        weights.update(dict.fromkeys(terms(found[1] or found[2] or found[3]), QUOTED))
    for term in own:
        _raise(weights, ABBREVIATED.get(term, ()), ABBREVIATION)
        _raise(weights, ALIKE.get(term, ()), SYNONYM)
    for term, weight in _bridged(text).items():
        _raise(weights, (term,), weight)
    for age, earlier in enumerate(reversed(history)):
        missing = age == 0 and len(own) < LITTLE
        _raise(weights, asked_terms(earlier), FOLLOW_UP if missing else EARLIER)
    return weights


def _bridged(text: str) -> dict[str, float]:
    """What the code may call what people say. A name that is spelled out needs no other."""
    said = frozenset(asked_terms(_IDENTIFIER.sub(" ", text)))
    if len(said) < SAID:
        return {}
    meant = everyday.meant(text, said)
    trust = 1.0 if _ASKS.search(text) else DESCRIBED
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


def _intent(text: str) -> Intent:
    return Intent(
        tests=bool(_TESTS.search(text)),
        docs=bool(_DOCS.search(text)),
        examples=bool(_EXAMPLES.search(text)),
        configuration=bool(_CONFIGURATION.search(text)),
        types=bool(_TYPE.search(text)),
        asks=bool(_ASKS.search(text)),
    )
