"""What a review comes to: which findings stand where, and how its check concludes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.db.findings import EVIDENCE, Claim
from core.db.review_findings import ReviewFinding
from core.repo_config import Review as Rules
from core.words import many
from workers.git import Shown
from workers.linters.places import quiet

Conclusion = Literal["success", "neutral", "failure"]
SEVERITY: dict[str, int] = {"low": 1, "medium": 2, "high": 3, "critical": 4}
_LEAST_INLINE = SEVERITY["medium"]
"""What is less is an annotation: a comment sends mail to everybody."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the files that can be looked at, how many were, whole. `reason` says why none, or what was
    in the way."""

    eligible: int
    covered: int
    reason: str = ""

    @property
    def whole(self) -> bool:
        return 0 < self.eligible == self.covered and not self.reason

    @property
    def said(self) -> str:
        """'' where all was looked at."""
        if self.whole:
            return ""
        if not self.covered:
            return f"Not reviewed: {self.reason or 'nothing here can be looked at'}"
        why = f" ({self.reason})" if self.reason else ""
        return f"Partly: {self.covered} of {many(self.eligible, 'file')}{why}"


def conclusion(
    coverage: Coverage, found: Sequence[ReviewFinding | Claim], rules: Rules
) -> Conclusion:
    """`success` only where everything was looked at and nothing is open. What is open fails the
    check only where the repository asked for that."""
    if any(rules.blocks(each.rule) for each in found):
        return "failure"
    return "success" if coverage.whole and not found else "neutral"


def title(coverage: Coverage, open_findings: int) -> str:
    found = f"{many(open_findings, 'problem')} found" if open_findings else ""
    if coverage.said and found:
        return f"{found}. {coverage.said}"
    return coverage.said or found or f"Nothing found in {many(coverage.covered, 'file')}"


def weight(each: ReviewFinding | Claim) -> float:
    """Confidence times severity; what nobody runs in earnest counts half."""
    aside = 0.5 if quiet(each.path) else 1.0
    return SEVERITY[each.severity] * (1 + EVIDENCE[each.evidence]) * aside


def inline(
    found: Sequence[ReviewFinding], shown: Mapping[str, Shown], rules: Rules
) -> list[ReviewFinding]:
    """Those to be said beside their lines: new, open, of weight, and on a line that GitHub shows,
    for it refuses a whole review for one that it does not."""
    fit = [
        each
        for each in found
        if not each.review_key and is_worth_mail(each) and place(each, shown) is not None
    ]
    fit.sort(key=lambda each: (-weight(each), each.path, each.start_line))
    return fit[: rules.max_inline]


def is_worth_mail(each: ReviewFinding) -> bool:
    return SEVERITY[each.severity] >= _LEAST_INLINE


def place(each: ReviewFinding, shown: Mapping[str, Shown]) -> dict[str, int] | None:
    """Where a comment stands; a range only within one hunk. None where its line is not shown."""
    if each.path not in shown:
        return None
    file = shown[each.path]
    first, last = file.hunk(each.start_line), file.hunk(each.end_line)
    if first is None:
        return None
    if first == last and each.end_line > each.start_line:
        return {"start_line": each.start_line, "line": each.end_line}
    return {"line": each.start_line}
