"""The dashboard as people read it: what waits for them, with a box for each, and what Ponder does.

Renders templates/dashboard.md.j2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jinja2

from core.budget import RESOURCES, in_words
from core.db.drafts import Draft
from core.db.findings import Finding
from core.redact import redact
from core.ticks import Tick, box
from core.words import many
from workers.reports.fit import line
from workers.reports.markdown import code, safe

TITLE = "Ponder: what waits for you"
_TEMPLATE = jinja2.Environment(
    loader=jinja2.PackageLoader("workers.reports"),
    autoescape=False,  # noqa: S701 - Markdown; what comes from outside goes through markdown.safe
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
).get_template("dashboard.md.j2")
_LONGEST = 160
_TOLD = ("cpu_seconds", "model_tokens", "bytes")
"""Not how often this was edited: to say so would be an edit."""


@dataclass(frozen=True, slots=True)
class Seen:
    """`found` can become a draft; `asked` are what people asked for about it last, by fingerprint.
    `pulls` are numbers of those that are open, `kinds` what is thought about now, `waiting` how
    many Thoughts are queued, `is_on` whether it thinks by itself, `spent` what was, by resource,
    today and this month."""

    found: Sequence[Finding]
    more: int
    asked: Mapping[str, Draft]
    pulls: Sequence[int]
    kinds: Sequence[str]
    waiting: int
    is_on: bool
    spent: Mapping[str, tuple[float, float]]
    commit: str
    link: str


def body(seen: Seen) -> str:
    return _TEMPLATE.render(
        pulls=seen.pulls,
        boxes=[_box(each, seen.asked.get(each.fingerprint)) for each in seen.found],
        more=f"And {seen.more:,} more on [the page]({seen.link})." if seen.more else "",
        doing=_doing(seen),
        spent=[_spent(name, *seen.spent[name]) for name in _TOLD if seen.spent[name][1]],
        link=seen.link,
    ).strip()


def _box(finding: Finding, asked: Draft | None) -> str:
    """What was asked for is said, with the name of who asked."""
    kind = "tests" if finding.rule == "missing-test" else "fix"
    verb = "Add tests" if kind == "tests" else "Fix" if finding.patch else "Look for a fix"
    place = code(f"{finding.path}:{finding.start_line}")
    said = safe(redact(line(" ".join(finding.message.split()), _LONGEST)), {})
    came = f"<br>{code(asked.asked_by)} asked: {safe(asked.said, {})}" if asked else ""
    return f"{box(Tick(kind, finding.fingerprint))} **{verb}** {place}: {said}{came}"


def _doing(seen: Seen) -> list[str]:
    at = f"The default branch is read at {code(seen.commit[:7])}." if seen.commit else ""
    now = ", ".join(code(kind) for kind in seen.kinds)
    thinking = f"Thinking now: {now}." if now else "Nothing is thought about at this moment."
    if not (seen.is_on or now):
        thinking = "Thinking in the background is off."
    waits = f" {many(seen.waiting, 'Thought waits', 'Thoughts wait')} for a turn."
    return [each for each in (at, f"{thinking}{waits if seen.waiting else ''}") if each]


def _spent(name: str, today: float, month: float) -> str:
    words = RESOURCES[name]
    amounts = f"{in_words(name, today)} today, {in_words(name, month)} this month"
    return f"{words[:1].upper()}{words[1:]}: {amounts}"
