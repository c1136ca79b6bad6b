"""What a reader sees of a review: the check run's text, its annotations, comments beside lines.

Every text that comes from a repository or a tool goes through markdown.safe or markdown.code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from core.db.review_findings import ReviewFinding
from core.db.reviews import CHECK
from core.db.risks import Risk
from core.words import many
from workers.git import Shown
from workers.reports.markdown import code, safe
from workers.review.others import Other
from workers.review.suggest import Suggestion
from workers.review.verdict import Conclusion, Coverage, place, title

ACTIONS = (
    {"label": "Re-run", "description": "Look at all of it again", "identifier": "rerun"},
    {"label": "Explain", "description": "Say more about what was found", "identifier": "explain"},
    {"label": "Draft fix", "description": "Propose a patch, tried before", "identifier": "fix"},
)
_LEVELS = {"critical": "failure", "high": "failure", "medium": "warning", "low": "notice"}
_MOST_LISTED = 40
_MOST_RISKS = 5
_HIGH, _MIDDLE = 0.66, 0.33


@dataclass(frozen=True, slots=True)
class Round:
    """All that is told of one head. `open` are findings that it has, `fixed` those that it no
    longer has; `inline` those of the open that stand beside lines, by fingerprint. `url` is the
    repository's page."""

    head: str
    url: str
    coverage: Coverage
    open: Sequence[ReviewFinding] = ()
    fixed: Sequence[ReviewFinding] = ()
    fine: Sequence[str] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    risks: Sequence[Risk] = ()
    tools: Sequence[str] = ()
    again: int = 0
    """How many of the covered files had been looked at in an earlier round, as they are."""
    unread: str = ""
    """Of how many files callers were not looked for, '' for none."""
    unasked: str = ""
    """Why no model was asked where there is one."""
    tests: str = ""
    """What came of the tests, in sentences, '' for nothing."""
    others: Sequence[Other] = ()
    """Other pull requests with this head."""


def concluded(told: Round, conclusion: Conclusion, shown: Mapping[str, Shown]) -> dict[str, Any]:
    """The check run's content at its end. Of what the diff does not show, its text tells alone."""
    return {
        "name": CHECK,
        "status": "completed",
        "conclusion": conclusion,
        "title": ". ".join([title(told.coverage, len(told.open)), *_others(told)])[:250],
        "summary": summary(told),
        "annotations": [
            annotation(each, there)
            for each in told.open
            if not each.review_key and (there := place(each, shown))
        ],
        "actions": [dict(each) for each in _actions(told)],
    }


def not_reviewed(reason: str, *, hint: str = "") -> dict[str, Any]:
    """The check run of what was not looked at, which is never a success; `hint` is what a person
    may do."""
    return {
        "name": CHECK,
        "status": "completed",
        "conclusion": "neutral",
        "title": f"Not reviewed: {reason}",
        "summary": f"Not reviewed: {safe(reason, {})}. Nothing is known of this change.{hint}",
        "actions": [dict(ACTIONS[0])],
    }


def _actions(told: Round) -> Iterable[Mapping[str, str]]:
    return ACTIONS if told.open else ACTIONS[:1]


def annotation(each: ReviewFinding, there: Mapping[str, int]) -> dict[str, Any]:
    """Plain text, which GitHub shows as it is. `there` is where a comment would stand."""
    return {
        "path": each.path,
        "start_line": there.get("start_line", there["line"]),
        "end_line": there["line"],
        "annotation_level": _LEVELS[each.severity],
        "title": each.rule,
        "message": each.message,
    }


def summary(told: Round) -> str:
    parts = [_problems(told), _beside(told), _fixed(told), _risk(told), _looked(told), _left(told)]
    # GitHub takes no check run without a text.
    return "\n\n".join(part for part in parts if part) or f"{safe(told.coverage.said, {})}."


def _others(told: Round) -> list[str]:
    return [each.said for each in told.others if each.said]


def _beside(told: Round) -> str:
    listed = "\n".join(f"- {each}" for each in _others(told))
    return f"### Other pull requests of this commit\n\n{listed}" if listed else ""


def level(score: float) -> str:
    return "high" if score >= _HIGH else "moderate" if score >= _MIDDLE else "low"


def _risk(told: Round) -> str:
    """In words, with one line of evidence each."""
    if not told.risks:
        return ""
    ordered = sorted(told.risks, key=lambda each: -each.score)[:_MOST_RISKS]
    lines = [
        f"- {_file(told, each.path)} is at {level(each.score)} risk"
        + (f": {safe(each.reasons[0], {})}" if each.reasons else "")
        for each in ordered
    ]
    return f"### The risk of this change is {level(ordered[0].score)}\n\n" + "\n".join(lines)


def _problems(told: Round) -> str:
    if not told.open:
        return ""
    lines = [line(told, each) for each in told.open[:_MOST_LISTED]]
    rest = len(told.open) - _MOST_LISTED
    lines += [f"- and {rest} more, each at its line"] if rest > 0 else []
    return f"### {many(len(told.open), 'problem')} that this change brings\n\n" + "\n".join(lines)


def line(told: Round, each: ReviewFinding) -> str:
    """Of a list of problems."""
    return (
        f"- {_place(told, each)}: {safe(each.message.rstrip('.'), {})} "
        f"({each.severity}, {each.evidence} by {code(each.rule)})"
    )


def _fixed(told: Round) -> str:
    if not told.fixed:
        return ""
    lines = [f"- {code(each.path)}: {safe(each.message, {})}" for each in told.fixed[:_MOST_LISTED]]
    return "### Fixed since the last review\n\n" + "\n".join(lines)


def _looked(told: Round) -> str:
    again = f"{many(told.again, 'file')} had not changed since an earlier review."
    said = [
        _files(told) if told.coverage.covered else "",
        safe(told.tests, {}),
        again if told.again else "",
        f"No model was asked. {told.unasked}" if told.unasked else "",
    ]
    fine = f"Nothing was found in {_listed(told.fine)}." if told.fine else ""
    parts = [" ".join(part for part in said if part), fine]
    text = "\n\n".join(part for part in parts if part)
    return f"### What was looked at\n\n{text}" if text else ""


def _files(told: Round) -> str:
    count = f"{told.coverage.covered} of {many(told.coverage.eligible, 'file')}"
    with_tools = f" with {', '.join(told.tools)}" if told.tools else ""
    but = f", but for what {told.unread} changed: there was no time" if told.unread else ""
    return f"{count}{with_tools}, and the callers of what changed{but}."


def _left(told: Round) -> str:
    if not told.skipped:
        return ""
    reasons: dict[str, list[str]] = {}
    for path, reason in told.skipped.items():
        reasons.setdefault(reason, []).append(path)
    lines = [f"- {safe(reason, {})}: {_listed(paths)}" for reason, paths in sorted(reasons.items())]
    return "### What was not looked at\n\n" + "\n".join(lines)


def _listed(paths: Sequence[str], most: int = 12) -> str:
    named = ", ".join(code(path) for path in paths[:most])
    rest = len(paths) - most
    return f"{named} and {rest} more" if rest > 0 else named


def _file(told: Round, path: str) -> str:
    return f"[{code(path)}]({_blob(told, path)})"


def _place(told: Round, each: ReviewFinding) -> str:
    return (
        f"[{code(each.path)} line {each.start_line}]({_blob(told, each.path)}#L{each.start_line})"
    )


def _blob(told: Round, path: str) -> str:
    return f"{told.url}/blob/{told.head}/{quote(path)}"


def comment(each: ReviewFinding, suggestion: Suggestion | None = None) -> str:
    """Beside a line. `suggestion` is what would stand there instead, tried before."""
    shown = f"{safe(each.message, {})}"
    block = f"\n\n{_suggested(suggestion.text)}" if suggestion else ""
    more = _folded(each.explanation) if each.explanation else ""
    foot = (
        f"<sub>{each.severity}, {each.evidence} by {code(each.rule)} · wrong? 👎, or reply "
        "<em>not a bug</em></sub>"
    )
    return f"{shown}{block}{more}\n\n{foot}"


def _folded(explanation: str) -> str:
    inside = safe(explanation, {})
    return f"\n\n<details><summary>What shows it</summary>\n\n{inside}\n\n</details>"


def _suggested(text: str) -> str:
    """In a fence that is longer than any inside."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    body = f"{text}\n" if text else ""
    return f"{fence}suggestion\n{body}{fence}"


def review_body(inline: int, others: int) -> str:
    """One sentence: the rest is in the check."""
    more = f" {many(others, 'other')} {'is' if others == 1 else 'are'} in the check." * (others > 0)
    return f"{many(inline, 'problem')} in what this changes.{more}"


def fixed_reply(head: str) -> str:
    return f"Fixed in {head[:9]}."


def back_reply(fixed_in: str, head: str) -> str:
    return f"Fixed in {fixed_in[:9]}, and there again since {head[:9]}."


def explained(told: Sequence[ReviewFinding], url: str, head: str) -> str:
    """More about what was found, for whoever asked."""
    place = Round(head, url, Coverage(0, 0))
    parts = [
        f"**{_place(place, each)}** {safe(each.message, {})}\n\n{safe(each.explanation, {})}"
        for each in told
    ]
    return "\n\n---\n\n".join(parts) or "Nothing was found in this change."
