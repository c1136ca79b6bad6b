"""Bars on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import io

from rich.console import Console
from rich.progress import Progress

from cli.progress import Lines, Stages


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_line_is_said_every_few_seconds_with_rate_and_time_left() -> None:
    said: list[str] = []
    clock = Clock()
    lines = Lines(say=said.append, clock=clock)
    for done in range(0, 1000, 10):
        lines("parse", done, 2000)
        clock.now += 0.125
    assert said[0] == "Parsing 240 of 2,000, 80/s, 22 s left"
    assert len(said) == 4


def test_what_is_over_at_once_says_nothing() -> None:
    said: list[str] = []
    lines = Lines(say=said.append, clock=Clock())
    lines("clone", 1, 10)
    lines("parse", 5, 10)
    assert said == []


def test_each_stage_has_its_own_rate_and_a_total_that_is_unknown_is_left_out() -> None:
    said: list[str] = []
    clock = Clock()
    lines = Lines("name: ", say=said.append, clock=clock)
    lines("clone", 1_000_000, 0)
    clock.now += 10
    lines("parse", 50, 0)
    clock.now += 5
    lines("parse", 100, 0)
    assert said == ["name: Parsing 50", "name: Parsing 100, 10/s"]


def test_a_stage_that_counts_nothing_yet_is_named_once() -> None:
    said: list[str] = []
    clock = Clock()
    lines = Lines(say=said.append, clock=clock)
    for _ in range(100):
        lines("embed", 0, 1)
        clock.now += 0.5
    assert said == ["Embedding"]


def test_a_stage_that_another_follows_is_full() -> None:
    bars = Progress(console=Console(file=io.StringIO()), auto_refresh=False)
    stages = Stages(bars)
    stages("clone", 3, 10)
    stages("parse", 1, 7)
    clone, parse = bars.tasks
    assert clone.finished
    assert (parse.completed, parse.total) == (1, 7)
