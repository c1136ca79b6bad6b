"""A finding as pages show it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from core.db.findings import Finding
from web.code import lines_of
from web.diff import DiffLine, diff_lines
from web.insights import code_url
from web.markdown import to_html

_LONGEST = 40_000
_STATES = {"fixed": "Fixed", "dismissed": "Dismissed", "false_positive": "Not a bug"}
_PATCHES = {
    "drafted": "A fix was drafted, and waits for you",
    "verified": "A fix that passes all tests waits for you",
    "taken": "The fix was taken",
    "refused": "The fix was refused",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """`explanation` is HTML; `reproducer` is highlighted, '' where there is none. `may_open` says
    whether its patch may become a draft pull request."""

    finding: Finding
    explanation: Markup
    reproducer: Markup
    patch: list[DiffLine]
    may_open: bool = False

    @property
    def code_url(self) -> str:
        return code_url(self.finding)

    @property
    def page_url(self) -> str:
        return f"/repositories/{self.finding.repository_id}/insights/{self.finding.fingerprint}"

    @property
    def evidence(self) -> str:
        """In words."""
        tool, slash, _ = self.finding.rule.partition("/")
        return {
            "reproduced": "A test shows it" if self.finding.reproducer else "A run shows it",
            "proven": f"A rule of {tool} shows it" if slash else "A rule shows it",
        }.get(self.finding.evidence, "Only suspected")

    @property
    def state(self) -> str:
        """In words, '' for open."""
        return _STATES.get(self.finding.state, "")

    @property
    def patch_state(self) -> str:
        return _PATCHES.get(self.finding.patch_state, "")


async def shown(found: Sequence[Finding], *, may_open: bool = False) -> list[Shown]:
    """Highlighted in a thread: other requests must not wait for it."""
    return await asyncio.to_thread(lambda: [_shown(each, may_open) for each in found])


def _shown(finding: Finding, may_open: bool) -> Shown:
    return Shown(
        finding,
        Markup(to_html(finding.explanation[:_LONGEST], {})),  # noqa: S704 - cleaned by nh3
        _highlighted(finding.reproducer, finding.path),
        list(diff_lines((finding.patch or "")[:_LONGEST])),
        may_open,
    )


def _highlighted(text: str | None, path: str) -> Markup:
    lines = lines_of((text or "")[:_LONGEST], "", path)
    return Markup("\n".join(lines))  # noqa: S704 - escaped by web.code
