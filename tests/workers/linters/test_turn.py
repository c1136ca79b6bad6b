"""The turn of an analyser: a file that breaks it takes no others with it, and time has an end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from workers.linters import looks
from workers.linters.base import Broken, Desk, Linter, Report, Source
from workers.linters.turn import MOST_BREAKS, Room, Turn, parts
from workers.sandbox import open_sandbox

SOURCES = [Source(f"{number:03}.py", "python", "") for number in range(200)]


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    sandbox = await open_sandbox(tmp_path)
    assert sandbox is not None
    async with sandbox.workspace(None) as workspace:
        yield Room(workspace, 512, lambda: 100.0, lambda _: None)


def breaking_on(*paths: str) -> Linter:
    async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
        if {source.path for source in sources} & set(paths):
            raise Broken("it ended with 2: the parser gave up")
        return []

    return Linter("picky", lambda source: True, look, {})


async def test_a_file_that_breaks_an_analyser_is_found_and_named(room: Room) -> None:
    turn = Turn(breaking_on("077.py"), SOURCES)
    await turn.take(room)
    assert turn.missed == {"077.py"}
    assert (
        turn.problems[-1] == "picky did not get through 077.py: it ended with 2: the parser gave up"
    )


async def test_an_analyser_that_breaks_on_everything_gives_up(room: Room) -> None:
    turn = Turn(breaking_on(*(source.path for source in SOURCES)), SOURCES)
    await turn.take(room)
    assert len(turn.problems) == MOST_BREAKS
    assert turn.through == set()


async def test_nothing_is_begun_for_which_no_time_is_left(room: Room) -> None:
    left = iter([100.0, 7.0])
    late = Room(room.workspace, 512, lambda: next(left), room.log)
    turn = Turn(breaking_on(), SOURCES)
    turn.linter = Linter("slow", turn.linter.reads, turn.linter.look, {}, most=100)
    await turn.take(late)
    assert turn.through == {source.path for source in SOURCES[:100]}
    assert (turn.is_late, turn.problems) == (True, [])


def test_parts_hold_each_file_once_and_fit_in_a_command_line() -> None:
    long = [Source(f"{'x' * 4_000}/{number}", "", "") for number in range(300)]
    cut = list(parts([*SOURCES, *long], 150))
    assert [each for part in cut for each in part] == [*SOURCES, *long]
    assert max(sum(len(each.path) for each in part) for part in cut) < 600_000
    assert max(map(len, cut)) <= 150


def test_what_was_looked_at_is_told_with_who_is_missing() -> None:
    here = ["eslint", "ruff", "tsc"]
    assert looks.due(None, "abc", here) == ()
    assert looks.due(looks.told("abc", []), "abc", here) is None
    assert looks.due(looks.told("abc", ["tsc", "eslint"]), "abc", here) == ("eslint", "tsc")
    assert looks.due(looks.told("abc", ["tsc"]), "abc", ["ruff"]) is None
    assert looks.due(looks.told("old", ["tsc"]), "abc", here) == ()
