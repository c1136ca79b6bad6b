"""One look at a pull request: what its head has, what tests and analysers say of it, and what is
told. Only content that no earlier round looked at is looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.db import (
    review_findings,
    reviews,
    risks,
    snapshots,
)
from core.db.connect import Connection
from core.db.findings import Claim
from core.db.repositories import Repository
from core.db.reviews import Review
from core.db.risks import Risk
from core.db.work import Work
from core.errors import TryLater
from core.repo_config import Review as Rules
from workers import git
from workers.configuration import guidance
from workers.engine.checkouts import Checkouts
from workers.index.link import link
from workers.review import (
    analyse,
    end,
    others,
    pace,
    pull,
    scope,
    speak,
    suggest,
    suspect,
    verdict,
    weigh,
)
from workers.review.allowance import allowed
from workers.review.analyse import Analysis, Diff
from workers.review.bench import Bench
from workers.review.broken import RULES as TESTS
from workers.review.imported import imported
from workers.review.pull import Pull
from workers.review.scope import File, Scope
from workers.review.suggest import Suggestion
from workers.review.tell import Round
from workers.review.testing import Testing, Tests
from workers.review.verdict import Coverage
from workers.thoughts.reader import Reader

NO_SANDBOX = "nothing can be run on this machine; ask whoever runs Ponder to look at ponder doctor"
NO_BASE = "it has no history in common with its base"
TOO_LARGE = "its diff is too large to read"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the change introduces, the blobs of files that were looked at now, all paths that were,
    and what was tried in place of lines, by fingerprint. `due` counts the files that were to be
    looked at; `unread` says of how many callers were not, `unasked` why no model was."""

    claims: Sequence[Claim]
    through: Mapping[str, str]
    looked: frozenset[str]
    suggestions: Mapping[str, Suggestion]
    due: int
    unread: str
    unasked: str
    tests: Tests


@dataclass(slots=True)
class Look:
    """`covered` is what earlier rounds looked at, by path (File.seen); `same` are reviews of other
    pull requests with this head; `tests` says that they are run in this round."""

    bench: Bench
    repository: Repository
    pull: Pull
    rules: Rules
    covered: Mapping[str, str]
    same: Sequence[Review] = ()
    tests: bool = True

    @property
    def mirror(self) -> Path:
        return git.mirror_path(self.bench.mirrors, self.repository.id)

    @property
    def ref(self) -> str:
        return f"refs/pull/{self.pull.number}/head"

    async def concluded(self, ours: Review) -> list[Work]:
        report = await self.bench.build(self.repository, self.ref)
        if report.commit != self.pull.head:
            raise TryLater("the head moved meanwhile", seconds=5)
        # Callers are known by their links, which may not be made yet.
        await link(database=self.bench.database, repository=self.repository)
        base = await asyncio.to_thread(git.parted, self.mirror, self.pull.base, self.pull.head)
        if base is None or self.bench.sandbox is None:
            return await self._not(ours, NO_SANDBOX if base else NO_BASE)
        diff = Diff(self.mirror, self.repository.id, base, self.pull.head)
        try:
            shown = await asyncio.to_thread(git.shown, self.mirror, base, self.pull.head)
        except git.GitFailed:
            return await self._not(ours, TOO_LARGE)
        await weigh.weigh(self.bench, self.repository)
        about = await self._scope(diff, shown)
        analysis = analyse.Analysis(self.bench.sandbox, Checkouts(self.bench.checkouts), diff)
        seen = await self._seen(analysis, about, shown, report.snapshot_id)
        return await self._told(ours, about, shown, seen)

    async def _not(self, ours: Review, reason: str) -> list[Work]:
        async with self.bench.tenant(self.repository) as connection:
            return await end.not_done(connection, self.repository, ours, "skipped", reason)

    async def _scope(self, diff: Diff, shown: Mapping[str, git.Shown]) -> Scope:
        scores = await self._scores(list(shown))
        sieve = scope.Sieve.of(self.rules, shown, scores)
        return await asyncio.to_thread(sieve.scope, self.mirror, diff.base, diff.head)

    async def _scores(self, paths: Sequence[str]) -> Mapping[str, float]:
        async with self.bench.tenant(self.repository) as connection:
            return await risks.of_paths(connection, self.repository.id, paths)

    async def _seen(
        self, analysis: Analysis, about: Scope, shown: Mapping[str, git.Shown], snapshot_id: int
    ) -> _Seen:
        all_due = about.due(self.covered)
        due = all_due[: scope.MOST_FILES]
        found = analyse.Found((), frozenset())
        if due or about.plain:
            found = await analysis.introduced([*due, *about.plain])
        reader = await self._reader(analysis.checkouts, snapshot_id)
        left = await analyse.callers(reader, analysis.sandbox, analysis.diff, self.ref)
        through = {each.path: each.seen for each in due if each.path in found.covered}
        known = [*found.claims, *left.claims]
        tests = await self._tests(analysis, reader, shown, known, found.covered)
        shown_by_tests, unasked = await self._reproduced(analysis, reader, due)
        paths = [each.path for each in await reader.files()]
        trying = suggest.Trying(analysis, reader.code, paths, shown)
        ordered = sorted(found.claims, key=verdict.weight, reverse=True)
        tried = await trying.suggestions(ordered, {each.path: each for each in due})
        return _Seen(
            [*tests.judged.joined(known), *tests.judged.claims, *shown_by_tests],
            through,
            found.covered,
            tried,
            len(all_due),
            left.unread,
            unasked,
            tests,
        )

    async def _tests(
        self,
        analysis: Analysis,
        reader: Reader,
        shown: Mapping[str, git.Shown],
        found: Sequence[Claim],
        looked: Collection[str],
    ) -> Tests:
        """In each round: what an earlier one looked at may fail by what was taken back since."""
        if not (self.tests and self.rules.tests):
            return Tests(whole=False)
        base = await analysis.checkouts.code(self.mirror, self.repository.id, analysis.diff.base)
        sandbox = analysis.sandbox
        given = await imported(self.bench, sandbox, self.repository, base, reader.code)
        known = await self._known(found, looked)
        return await Testing(reader, sandbox, analysis.diff, base, shown, *given, known).tests()

    async def _known(self, found: Sequence[Claim], looked: Collection[str]) -> list[Claim]:
        """What is told of the head by others than tests: found now, or before in files that were
        not looked at again. What somebody dismissed explains nothing."""
        async with self.bench.tenant(self.repository) as connection:
            rows = await review_findings.of_pull(connection, self.repository.id, self.pull.number)
            names = [each.fingerprint for each in found]
            gone = await review_findings.dismissed(connection, self.repository.id, names)
        before = [
            each.claim
            for each in rows
            if each.state == "open" and each.path not in looked and not each.rule.startswith(TESTS)
        ]
        return [*(c for c in found if (c.fingerprint, c.content) not in gone), *before]

    async def _reproduced(
        self, analysis: Analysis, reader: Reader, due: Sequence[File]
    ) -> tuple[list[Claim], str]:
        """What a model suspects now and a test shows; and what was shown so before and still is.
        With it, why no model was asked."""
        async with self.bench.tenant(self.repository) as connection:
            rows = await review_findings.of_pull(connection, self.repository.id, self.pull.number)
        shown_before = [each for each in rows if each.state == "open" and each.reproducer]
        if self.bench.endpoint is None and not shown_before:
            return [], ""
        async with self.bench.tenant(self.repository) as connection:
            said = {f.path: await guidance(connection, self.repository, f.path) for f in due}
        diff = analysis.diff
        before = await analysis.checkouts.code(self.mirror, self.repository.id, diff.base)
        texts = await asyncio.to_thread(analyse.texts_before, diff, due)
        paths = [each.path for each in await reader.files()]
        wanted = bool(suspect.touched(due, texts))
        async with allowed(self.bench, self.repository, reader.code, wanted=wanted) as allowance:
            suspecting = suspect.Suspecting(allowance.tools, paths, before, said)
            found = await suspecting.reproduced(due, texts)
        return [*found, *await suspecting.still(shown_before, due, found)], allowance.reason

    async def _reader(self, checkouts: Checkouts, snapshot_id: int) -> Reader:
        async with self.bench.tenant(self.repository) as connection:
            snapshot = await snapshots.get(connection, snapshot_id)
        if snapshot is None:
            raise TryLater("the index of the head is gone again", seconds=5)
        code = await checkouts.code(self.mirror, self.repository.id, self.pull.head)
        return Reader(
            self.bench.database,
            self.bench.searcher,
            self.repository,
            snapshot,
            self.mirror,
            code,
            has_sandbox=True,
        )

    async def _told(
        self,
        ours: Review,
        about: Scope,
        shown: Mapping[str, git.Shown],
        seen: _Seen,
    ) -> list[Work]:
        """One transaction: what is known afterwards, and what is said of it."""
        if reason := await self._left_alone(manual=ours.manual):
            return await self._not(ours, reason)
        covered = {
            each.path: each.seen
            for each in about.files
            if seen.through.get(each.path, self.covered.get(each.path)) == each.seen
        }
        coverage = Coverage(len(about.files), len(covered), scope.in_the_way(about))
        goes_on = pace.goes_on(seen.due, len(seen.through))
        async with self.bench.tenant(self.repository) as connection:
            if await self._is_outdated(connection):
                return await end.not_done(
                    connection, self.repository, ours, "superseded", "a newer commit took its place"
                )
            voice = speak.Voice(
                connection,
                self.repository,
                self.pull,
                self.rules,
                shown,
                seen.suggestions,
                ours.manual,
            )
            back = await voice.remember(seen.claims)
            over = {speak.OF_CALLERS: not seen.unread, TESTS: seen.tests.whole}
            fixed = await voice.settle(seen.claims, about, seen.looked, over)
            told = Round(
                self.pull.head,
                f"{self.bench.url}/{self.repository.name}",
                coverage,
                open=await voice.open_findings(),
                fixed=fixed,
                skipped={**about.skipped, **scope.missed(about, covered, goes_on=goes_on)},
                tools=sorted({n for f in about.files if f.path in covered for n in f.readers}),
                risks=await self._risks(about.files),
                again=len(covered.keys() - seen.through.keys()),
                unread=seen.unread,
                unasked=seen.unasked,
                tests=seen.tests.told,
                others=await others.told(connection, self.same),
            )
            queued = await voice.say(told, covered, back)
            await reviews.end(connection, ours.id, "done", reason=coverage.said, covered=covered)
            if goes_on:
                here = (self.repository, self.pull.number)
                queued.append(await reviews.next_run(connection, *here, more=self.pull.head))
        return queued

    async def _left_alone(self, *, manual: bool) -> str:
        """Why nobody wants to hear of it any more, '' where somebody does: it may have been closed,
        or made a draft, meanwhile."""
        now = await pull.read(self.bench.github, self.repository, self.pull.number)
        return pull.why_not(now, self.rules, slug="", rounds=0, manual=manual)

    async def _is_outdated(self, connection: Connection) -> bool:
        """Whether another head waits: of this one nobody wants to hear any more."""
        asked = await reviews.waiting(connection, self.repository.id, self.pull.number)
        return any(each.head not in ("", self.pull.head) for each in asked)

    async def _risks(self, files: Sequence[File]) -> list[Risk]:
        found = []
        async with self.bench.tenant(self.repository) as connection:
            for each in files[:10]:
                rows = await risks.of_repository(
                    connection, self.repository.id, path=each.path, symbols=False, limit=1
                )
                found += [row for row in rows if row.path == each.path]
        return found
