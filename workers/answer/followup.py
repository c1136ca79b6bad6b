"""A follow-up question, with what it refers to put into words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from workers.answer.asked import Earlier
from workers.answer.question import Question, read
from workers.index.terms import terms

_CALLED = ("call", "use", "invoke", "reference", "subclass", "inherit", "import")
_WORD = re.compile(r"[^\W\d]\w*")
_MORE_OF_THE_SAME = frozenset(
    "about again also but clarify elaborate example expand explain further going he "
    "just like mean meaning means more ok one point purpose really rephrase say show simplify "
    "so summarise summarize summary tell thing things these those who whom why".split()
)


def resolve(question: Question, earlier: Sequence[Earlier]) -> Question:
    """'and where is it called?' is about the first place of the answer before.

    The words that were typed stay; what they refer to is named behind them, as a reader would
    understand it. A question that names its own subject stays as it is.
    """
    last = next((e for e in reversed(earlier) if e.symbol or e.path), None)
    if last is None or not question.refers_back:
        return question
    subject = last.symbol or last.path
    resolved = read(f"{question.text} ({last.question} `{subject}`)")
    shape = question.shape
    if any(word in question.text.lower() for word in _CALLED):
        shape = "callers"
    return replace(
        resolved,
        shape="how" if shape in ("other", "greeting", "help") else shape,
        named=(subject,) if last.symbol else (),
        guesses=(),
        refers_back=True,
        cut=question.cut,
        added=() if shape in ("callers", "tests") else _added(question),
    )


def _added(question: Question) -> tuple[str, ...]:
    """'weather' of 'and its weather?'; nothing of 'and why?'."""
    words = dict.fromkeys(_WORD.findall(question.topic))
    return tuple(w for w in words if w.lower() not in _MORE_OF_THE_SAME and terms(w))
