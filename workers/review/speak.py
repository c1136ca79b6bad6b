"""How a review speaks: the check, a few comments beside lines at most, threads that are over."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.db import intents, review_findings, reviews, rule_votes
from core.db.connect import Connection
from core.db.findings import Claim
from core.db.repositories import Repository
from core.db.review_findings import ReviewFinding
from core.db.work import Work
from core.repo_config import Review as Rules
from workers.git import Shown
from workers.review import sticky, tell, threads, verdict
from workers.review.pull import Pull
from workers.review.scope import Scope
from workers.review.suggest import Suggestion
from workers.review.tell import Round

_SMELLS = "smell_hunt"
"""The Thought that runs the same rules on the default branch."""
OF_CALLERS = "scan-diff/"
"""What rules begin with of what is looked at in each round, whatever changed."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Of one round, in one transaction. `shown` is what GitHub shows of the diff; `suggestions` are
    those that hold, by fingerprint."""

    connection: Connection
    repository: Repository
    pull: Pull
    rules: Rules
    shown: Mapping[str, Shown]
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict)
    manual: bool = False
    """Whether a person asked, and waits: then it is said in a repository that is paused, too."""

    @property
    def key(self) -> str:
        return threads.review_key(self.repository, self.pull.number, self.pull.head)

    async def remember(self, claims: Sequence[Claim]) -> list[ReviewFinding]:
        """Without what somebody dismissed: of the same code it is not said again. A rule that
        people found useless finds nothing any more. Returns what was fixed and is back. Raise
        TryLater where what was said before is still being written."""
        await threads.unsaid(self.connection, self.repository, self.pull.number, self.pull.head)
        names = [each.fingerprint for each in claims]
        gone = await review_findings.dismissed(self.connection, self.repository.id, names)
        off = await self._rules("off")
        fresh = [
            each
            for each in claims
            if (each.fingerprint, each.content) not in gone and each.rule not in off
        ]
        now = {each.fingerprint for each in fresh}
        back = [e for e in await self._all() if e.state == "fixed" and e.fingerprint in now]
        await review_findings.remember(
            self.connection, self.repository, self.pull.number, self.pull.head, fresh
        )
        return back

    async def open_findings(self) -> list[ReviewFinding]:
        found = [each for each in await self._all() if each.state == "open"]
        return sorted(found, key=lambda each: (-verdict.weight(each), each.path, each.start_line))

    async def settle(
        self,
        claims: Sequence[Claim],
        about: Scope,
        through: Collection[str],
        whole: Mapping[str, bool],
    ) -> list[ReviewFinding]:
        """Mark what is fixed: its file was looked at, or no longer differs, and has it no more;
        what follows from the whole change, by what its rules begin with, where this is known."""
        still = {each.fingerprint for each in claims}
        differing = {each.path for each in (*about.files, *about.plain)}
        over = [
            each
            for each in await self._all()
            if each.state == "open"
            and each.fingerprint not in still
            and next(
                (known for rules, known in whole.items() if each.rule.startswith(rules)),
                each.path in through or each.path not in differing,
            )
        ]
        names = [each.fingerprint for each in over]
        where = (self.repository.id, self.pull.number)
        await review_findings.mark_fixed(self.connection, *where, names, self.pull.head)
        return over

    async def say(
        self, told: Round, covered: Mapping[str, str], back: Sequence[ReviewFinding]
    ) -> list[Work]:
        """Nothing but the check where there is nothing new."""
        doubted = await self._rules("off", "probation")
        trusted = [each for each in told.open if each.rule not in doubted]
        beside = verdict.inline(trusted, self.shown, self.rules)
        named = {each.fingerprint for each in beside}
        told = replace(
            told,
            open=[
                replace(each, review_key=self.key) if each.fingerprint in named else each
                for each in told.open
            ],
            fine=sorted(covered.keys() - {each.path for each in told.open}),
        )
        queued = await self._review(beside, told)
        where = (self.connection, self.repository)
        for each in told.fixed:
            queued += await threads.over(*where, each, self.pull.number, self.pull.head)
        queued += await threads.back(*where, back, self.pull.head)
        queued += await sticky.summed_up(
            *where, self.pull.number, told, shown=self.shown, rules=self.rules
        )
        found = [*told.open, *(row for other in told.others for row in other.open)]
        outcome = verdict.conclusion(told.coverage, found, self.rules)
        if any(other.said for other in told.others) and outcome == "success":
            outcome = "neutral"
        content = tell.concluded(told, outcome, self.shown)
        return [
            *queued,
            *await reviews.check(self.connection, self.repository, self.pull.head, content),
        ]

    async def _rules(self, *standings: str) -> set[str]:
        """Those that people have found useless often enough."""
        votes = await rule_votes.of_installation(self.connection, _SMELLS)
        return {each.rule for each in votes if each.standing in standings}

    async def _review(self, beside: Sequence[ReviewFinding], told: Round) -> list[Work]:
        if not beside:
            return []
        names = [each.fingerprint for each in beside]
        where = (self.repository.id, self.pull.number)
        await review_findings.mark_shown(self.connection, *where, names, self.key)
        others = sum(not each.review_key for each in told.open)
        return await intents.intend(
            self.connection,
            self.repository,
            key=self.key,
            kind="review",
            target={"number": self.pull.number, "commit": self.pull.head},
            content={
                "body": tell.review_body(len(beside), others),
                "comments": [self._comment(each) for each in beside],
            },
            urgent=self.manual,
        )

    def _comment(self, each: ReviewFinding) -> dict[str, Any]:
        made = self.suggestions.get(each.fingerprint)
        said = {"key": each.comment_key, "path": each.path, "body": tell.comment(each, made)}
        place = _span(made.start, made.end) if made else verdict.place(each, self.shown) or {}
        sides = {"side": "RIGHT"} | ({"start_side": "RIGHT"} if "start_line" in place else {})
        return {**said, **place, **sides}

    async def _all(self) -> list[ReviewFinding]:
        return await review_findings.of_pull(self.connection, self.repository.id, self.pull.number)


def _span(start: int, end: int) -> dict[str, int]:
    return {"line": end} if start == end else {"start_line": start, "line": end}
