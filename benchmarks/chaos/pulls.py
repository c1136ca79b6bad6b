"""Real pull requests meanwhile: opened, half of them pushed to again, and reviewed from the event
to what a reader sees. Their repositories are met by these very events, and indexed then."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.github_stand_in.server import StandIn
from tests.github_stand_in.threads import CheckRun, Comment, Thread
from tests.github_stand_in.world import Repository

REPOSITORIES = 3
"""Of an installation each."""
FIRST, SECOND = "bin/first.sh", "bin/second.sh"
_SOUND = '#!/bin/sh\nset -eu\nname="$1"\nif [ -n "$name" ]; then\n  echo "$name"\nfi\n'
_ELSE = _SOUND.replace("name", "title")
_FAULTY = _SOUND.replace('-n "$name"', "-n $name")
_FAULTY_ELSE = _ELSE.replace('-n "$title"', "-n $title")
_SHIFTED = _FAULTY.replace("set -eu\n", "set -eu\n# What it is called.\n")
"""Scripts, because one quick analyser reads them; it proves that the test is always true. They
differ, because what is in equal files is told of the first."""
_MOMENT = (1.0, 15.0)
_NAME = "Ponder"

_WAYS: tuple[tuple[dict[str, str], ...], ...] = (
    ({FIRST: _FAULTY},),
    ({FIRST: _SOUND + "echo\n"},),
    ({FIRST: _FAULTY, SECOND: _FAULTY_ELSE},),
    ({FIRST: _FAULTY}, {FIRST: _SOUND + "echo\n"}),
    ({FIRST: _FAULTY}, {SECOND: _FAULTY_ELSE}),
    ({FIRST: _FAULTY}, {FIRST: _SHIFTED}),
    ({FIRST: _SOUND + "echo\n"}, {FIRST: _FAULTY}),
    ({FIRST: _FAULTY, SECOND: _FAULTY_ELSE}, {SECOND: _ELSE + "echo\n"}),
)
"""What each commit of a pull request changes."""


@dataclass
class Pulled:
    """A pull request with its heads, and the paths that are faulty in the last and in any."""

    repository: Repository
    thread: Thread
    heads: list[str] = field(default_factory=list)
    faulty: frozenset[str] = frozenset()
    ever: frozenset[str] = frozenset()

    def wrong(self, bot: object) -> Iterator[tuple[str, str]]:
        """What a reader sees that is not as it should be: one of `absent`, `again`, `other`, and a
        sentence."""
        for head in self.heads:
            yield from self._check(head)
        roots = [c for c in self.thread.reviews if c.author is bot and c.in_reply_to is None]
        for path in sorted(self.ever):
            yield from self._finding(path, [c for c in roots if c.path == path], bot)
        if strange := {c.path for c in roots} - self.ever:
            yield "other", f"comments beside {sorted(strange)}, which were never faulty"
        if len([c for c in self.thread.comments if c.author is bot]) > 1:
            yield "again", "more than one comment below"
        bodies = Counter(r.commit for r in self.thread.submitted if r.author is bot)
        yield from (("again", f"two reviews of {head}") for head, n in bodies.items() if n > 1)

    def _check(self, head: str) -> Iterator[tuple[str, str]]:
        """Of a head that another took the place of, before anybody saw it, there may be none."""
        found = [
            run
            for run in self.repository.check_runs.values()
            if run.head_sha == head and run.name == _NAME
        ]
        is_last = head == self.heads[-1]
        if is_last and not found:
            yield "absent", f"no check run of {head}"
        if len(found) > 1:
            yield "again", f"{len(found)} check runs of {head}"
        for run in found:
            if run.status != "completed" or (is_last and not self._is_right(run)):
                said = run.output.get("title")
                yield "other", f"{head} is {run.status}, {run.conclusion}: {said}"

    def _is_right(self, run: CheckRun) -> bool:
        count = len(self.faulty)
        if not count:
            title = str(run.output.get("title"))
            return run.conclusion == "success" and title.startswith("Nothing found in ")
        plural = "" if count == 1 else "s"
        return (run.conclusion, run.output.get("title")) == (
            "neutral",
            f"{count} problem{plural} found",
        )

    def _finding(
        self, path: str, roots: Sequence[Comment], bot: object
    ) -> Iterator[tuple[str, str]]:
        """What is there stands once, open; what was mended before it was seen stands nowhere, and
        otherwise its thread is resolved and told of the commit."""
        if len(roots) > 1:
            yield "again", f"{len(roots)} comments beside {path}"
        if path in self.faulty and not roots:
            yield "absent", f"no comment beside {path}"
        for root in roots:
            told = [c for c in self.thread.reviews if c.in_reply_to == root.id and c.author is bot]
            mended = path not in self.faulty
            if (root.resolved_by is bot) != mended or len(told) != mended:
                state = "resolved" if root.resolved_by else "open"
                yield "other", f"the thread beside {path} is {state} with {len(told)} replies"


@dataclass
class Pulling:
    """Who opens pull requests, and what they look like in the end."""

    stand_in: StandIn
    repositories: Sequence[Repository]
    chance: random.Random
    pulls: list[Pulled] = field(default_factory=list)

    async def pull(self) -> None:
        """Each way in its turn, so that half of them are pushed to again."""
        number = len(self.pulls)
        person = self.stand_in.person("alice")
        there = self.chance.choice(self.repositories)
        first, *more = _WAYS[number % len(_WAYS)]
        moments = [self.chance.uniform(*_MOMENT) for _ in more]
        branch, files = f"topic-{number}", dict(first)
        head = person.pushes(there, branch, first)
        one = Pulled(there, person.opens(there, branch), [head])
        self.pulls.append(one)
        _follow(one, files)
        for changes, moment in zip(more, moments, strict=True):
            await asyncio.sleep(moment)
            one.heads.append(person.pushes(there, branch, changes))
            files |= changes
            _follow(one, files)

    def installed(self) -> None:
        """GitHub tells of it, or fails to."""
        for each in self.repositories:
            installation = self.stand_in.world.installation_of(each)
            webhooks = self.stand_in.webhooks
            webhooks.emit("installation", webhooks.installed(installation))

    def judged(self) -> dict[str, object]:
        bot = self.stand_in.world.bot
        wrong = [
            (kind, f"{one.repository.full_name}#{one.thread.number}: {said}")
            for one in self.pulls
            for kind, said in one.wrong(bot)
        ]
        wrong += [*self._greetings(bot)]
        counted = Counter(kind for kind, _ in wrong)
        return {
            "pulls": len(self.pulls),
            "heads": sum(len(one.heads) for one in self.pulls),
            **{f"pull {kind}": counted[kind] for kind in ("absent", "again", "other")},
            "amiss": [f"{kind}: {said}" for kind, said in wrong],
        }

    def _greetings(self, bot: object) -> Iterator[tuple[str, str]]:
        """An installation is greeted in one issue."""
        for repository in {id(one.repository): one.repository for one in self.pulls}.values():
            issues = [t for t in repository.threads.values() if not t.is_pull and t.author is bot]
            if len(issues) != 1:
                kind = "again" if issues else "absent"
                yield kind, f"{repository.full_name} was greeted in {len(issues)} issues"


def _follow(one: Pulled, files: dict[str, str]) -> None:
    one.faulty = frozenset(path for path, text in files.items() if "-n $" in text)
    one.ever |= one.faulty


def repositories(stand_in: StandIn, folder: Path) -> list[Repository]:
    """Ponder has not heard of them yet."""
    made = []
    for number in range(REPOSITORIES):
        installation = stand_in.world.installation(f"pulled-{number}")
        installation.permissions |= {"contents": "write"}
        there = stand_in.world.repository(installation, "scripts")
        there.roles["alice"] = "write"
        stand_in.seed(there, folder / f"scripts-{number}", {FIRST: _SOUND, SECOND: _ELSE})
        made.append(there)
    return made
