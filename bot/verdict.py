"""What a reply in a review thread says of what Ponder said there. A small grammar, and no model: a
reply that is not plainly one of these is a reply to people, or a question."""

from __future__ import annotations

import re
from typing import Literal

Verdict = Literal["false_positive", "dismissed", "useless", "accepted"]

GRAMMAR: dict[Verdict, tuple[str, ...]] = {
    "false_positive": (
        *("false positive", "false alarm", "not a bug", "no bug", "not an issue", "not a problem"),
        *("not an error", "not true", "wrong", "incorrect", "invalid"),
    ),
    "dismissed": (
        *("won't fix", "wontfix", "will not fix", "not going to fix", "by design", "intended"),
        *("works as intended", "working as intended", "intentional", "on purpose", "deliberate"),
        *("ignore", "ignore this", "dismiss", "dismissed", "not relevant", "irrelevant"),
    ),
    "useless": ("not useful", "not helpful", "unhelpful", "noise", "nit", "nitpick", "👎"),
    "accepted": (
        *("thanks", "thank you", "thx", "good catch", "nice catch", "great catch", "good find"),
        *("fixed", "done", "will fix", "agreed", "agree", "you're right", "you are right"),
        *("correct", "useful", "helpful", "nice", "👍"),
    ),
}
"""What is said, as people say it."""

_LONGEST = 600
_HIDDEN = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]*`|^[ \t]*>.*$", re.DOTALL | re.MULTILINE)
_BEFORE = r"(?:(?:no|nope|sorry|yes|yep|hm+|ah|oh|ok|okay|ponder)[,.!]?\s+)*"
_IS = r"(?:(?:this|that|it)(?:'s|\s+is|\s+looks\s+like|\s+seems)?\s+|looks\s+like\s+|is\s+)?"
_MORE = r"(?:(?:just|only|clearly|definitely|probably|really|a|an|very|all|so|is)\s+)*"
_AFTER = r"(?:\s+(?:here|though|again|now|much|a lot|so much|for (?:this|that)|this|it|ponder)\b)*"
_ENDS = r"(?=\s*(?:$|[^\w\s'-]|[–—]|\s-|because\b|since\b|as\b|in\s+[0-9a-f]{7,40}\b|in\s+the\b))"
_TURNS = re.compile(r"\?|\bbut\b|\bhowever\b|\bwhy\b")


def verdict(text: str) -> Verdict | None:
    """Of the first sentence; a reason may follow it, and a question takes it back. What is quoted,
    or code, says nothing."""
    said = _HIDDEN.sub("", text.replace("’", "'")).strip().lower()
    if not said or len(said) > _LONGEST or _TURNS.search(said):
        return None
    for name, pattern in _PATTERNS.items():
        if pattern.match(said):
            return name
    return None


def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    listed = sorted((re.escape(each) for each in phrases), key=len, reverse=True)
    return re.compile(f"{_BEFORE}{_IS}{_MORE}(?:{'|'.join(listed)}){_AFTER}{_ENDS}")


_PATTERNS = {name: _pattern(phrases) for name, phrases in GRAMMAR.items()}
