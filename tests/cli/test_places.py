"""What a search prints: for people at a terminal, and for pipes."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from cli import places
from core.db.snapshots import Snapshot
from workers.retrieve.preview import preview
from workers.retrieve.spots import Place
from workers.retrieve.syntax import parse
from workers.search import Result, Shown

SNAPSHOT = Snapshot(1, 0, 1, "main", "abcdef0123456789", None, 0, "", None, datetime.now(UTC))
LINES = ["def pay(cart):", "\treturn charge(cart, '\x1b[31m')", "", f"{'x' * 500}"]
WORDS = Place("shop/pay.py", 1, 2, "pay", "function", "python", 0, 1, 2.0)
LINE = Place("shop/pay.py", 2, 2, "pay", "function", "python", 0, 1, 1.0, {2: ((8, 14),)})


def result(*found: Place, query: str = "pay", total: int = 0) -> Result:
    shown = [Shown(place, preview(place, LINES, {"pay"})) for place in found]
    return Result(SNAPSHOT, parse(query), shown, total or len(found), True, {}, 0.01)


def printed(monkeypatch: pytest.MonkeyPatch, of: Result, *, width: int = 60) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, width=width, highlight=False)
    monkeypatch.setattr(places, "Console", lambda **_: console)
    places.show(of)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_pipe_gets_one_line_a_place(capsys: pytest.CaptureFixture[str]) -> None:
    places.show(result(WORDS))
    assert capsys.readouterr().out == "shop/pay.py:1-2  pay\n"


def test_a_pipe_gets_the_lines_that_match_and_no_control_characters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    places.show(result(LINE, query='"charge"'))
    assert capsys.readouterr().out == "shop/pay.py:2:\treturn charge(cart, '�[31m')\n"


def test_a_terminal_gets_places_by_file_with_what_matches_marked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = printed(monkeypatch, result(WORDS, LINE, total=7))
    assert text.count("shop/pay.py") == 1
    assert "\x1b[1;33mpay\x1b[0m" in text
    assert "\x1b[1;33mcharge\x1b[0m" in text
    assert "\x1b[31m" not in text
    assert "2 of 7 places at abcdef012" in text


@pytest.mark.parametrize("width", [20, 60, 400])
def test_no_line_is_wider_than_the_terminal_or_what_can_be_read(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    long = Place("a.py", 4, 4, "", "block", "python", 0, 1, 1.0, {4: ((0, 3),)})
    monkeypatch.setenv("NO_COLOR", "1")
    lines = printed(monkeypatch, result(long), width=width).splitlines()
    code = [line for line in lines if "│" in line]
    assert code
    assert all(len(line) <= min(width, places.WIDEST) + 20 for line in code)


def test_nothing_found_is_said_aside(capsys: pytest.CaptureFixture[str]) -> None:
    places.show(result(query="lang:go x"))
    places.show(result())
    out, err = capsys.readouterr()
    assert out == ""
    assert "leave a condition out" in err
    assert "Nothing in the repository is about that." in err
