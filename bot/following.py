"""What follows from the events that come most, however many come at once: it is decided without
asking, from what one question told of all their repositories, and written table by table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.decision import Index, Note, Review, Think
from core import repo_config
from core.db import check_results, drafts, places, reviews, thoughts, work
from core.db.check_results import Said
from core.db.connect import Connection
from core.db.places import Place
from core.db.repositories import Repository
from core.db.thoughts import Subject
from core.db.work import Work
from core.errors import Skip

Usual = Index | Note | Review
"""They hold no order among each other: of two about the same thing the later one counts."""
Places = Mapping[int, Place]
"""By GitHub's number of the repository."""

DEBOUNCE_SECONDS = 5.0
"""A burst of pushes is one review, of the last of them."""


@dataclass(slots=True)
class Rows:
    """What is to be written. `failures` are what failed at indexed commits, one a repository."""

    work: list[work.New] = field(default_factory=list)
    checks: list[Said] = field(default_factory=list)
    reviews: list[reviews.Asked] = field(default_factory=list)
    failures: dict[int, tuple[Repository, str]] = field(default_factory=dict)

    def add(self, effect: Usual, places: Places) -> None:
        """Raise Skip, with nothing added, where there is nothing to do."""
        if not is_known(effect, places):
            raise Skip("nothing of this repository is indexed")
        place = places[effect.origin.github_id]
        match effect:
            case Index():
                self.work.append(work.about_repository("index", place.repository))
            case Note():
                self._note(effect, place)
            case Review():
                self._review(effect, place)

    def _note(self, effect: Note, place: Place) -> None:
        """Risk counts it. What failed at the indexed commit is looked into where that is wanted:
        its tests are run, in the sandbox."""
        known = place.repository
        self.checks.append(Said(known.id, effect.commit, effect.name, effect.failed))
        if effect.failed and place.learns and place.commit == effect.commit:
            self.failures[known.id] = known, effect.name

    def _review(self, effect: Review, place: Place) -> None:
        known = place.repository
        self.work.append(_configuration(known, effect))
        if place.tended:  # Drafts that are for this pull request follow its head.
            self.work.append(drafts.tending(known))
        if effect.think is not None and place.learns:
            self.work.append(_head(known, effect.think))
        if repo_config.parse(place.config).config.review.on:
            self.reviews.append(_asked(known, effect))


def _configuration(known: Repository, effect: Review) -> work.New:
    """Whether it changes .github/ponder.yml is looked up, reviewed or not."""
    subject = {"repository_id": known.id, "number": effect.number, "head": effect.head}
    key = f"configuration:{known.id}:{effect.number}"
    return work.New(known.installation_id, "configuration", "indexing", subject, key)


def _head(known: Repository, effect: Think) -> work.New:
    """The newest head wins: an older one that still waits is the same work."""
    subject = {"repository_id": known.id, "ref": effect.ref, "base": effect.base}
    key = f"head:{known.id}:{effect.ref}"
    return work.New(known.installation_id, "head", "indexing", subject, key)


def _asked(known: Repository, effect: Review) -> reviews.Asked:
    return reviews.Asked(
        known,
        effect.number,
        effect.head,
        announced=effect.likely,
        delay_seconds=DEBOUNCE_SECONDS if effect.pushed else 0.0,
    )


async def known_places(connection: Connection, effects: Iterable[Usual]) -> Places:
    numbers = {effect.origin.github_id for effect in effects}
    return await places.known(connection, sorted(numbers)) if numbers else {}


def is_known(effect: Usual, places: Places) -> bool:
    """It may have moved here from another installation meanwhile."""
    place = places.get(effect.origin.github_id)
    return place is not None and place.repository.installation_id == effect.origin.installation_id


async def write(connection: Connection, rows: Rows) -> list[Work]:
    """The work to wake once this is committed."""
    await check_results.say(connection, rows.checks)
    for known, name in rows.failures.values():
        await _verify(connection, known, name)
    more = await reviews.request_all(connection, rows.reviews)
    return await work.add_all(connection, [*more, *rows.work])


async def _verify(connection: Connection, known: Repository, name: str) -> None:
    await thoughts.add(
        connection,
        installation_id=known.installation_id,
        repository_id=known.id,
        kind="verify",
        subject=Subject(),
        priority=thoughts.PRIORITY_OF_FAILURES,
        reason=f"continuous integration failed here: {name}",
    )
