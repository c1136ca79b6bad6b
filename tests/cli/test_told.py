"""Runs and risks as a terminal and a pipe have them; a repository drives neither."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from rich.console import Console

from cli import told
from core.db.risks import Risk
from core.db.runs import Run

RISK = Risk("shop/cart.py", "total", 0.72, ["changed 9 times", "no test is seen to reach it"])


def ran(**also: Any) -> Run:
    fields: dict[str, Any] = dict.fromkeys(Run.__dataclass_fields__, 0)
    fields |= {"id": UUID(int=1), "kind": "verify", "subject": {}, "status": "done", "problem": ""}
    fields |= {"summary": "12 tests passed.", "seconds": 2.5, "found": 1, "metrics": {}}
    fields |= {"started_at": datetime.now(UTC), "finished_at": None, "artifacts": []}
    return Run(**fields | also)


def terminal(width: int) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=width, highlight=False)


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_pipe_gets_one_line_each_without_colours(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(highlight=False)
    told.risks(console, [RISK])
    told.run(console, ran())
    assert capsys.readouterr().out.splitlines() == [
        " 72%  shop/cart.py · total · changed 9 times; no test is seen to reach it",
        "verify · the whole repository · 2.5 s · 12 tests passed.",
    ]


@pytest.mark.parametrize("width", [80, 200])
def test_a_terminal_gets_reasons_folded_below_their_place(width: int) -> None:
    console = terminal(width)
    told.risks(console, [Risk("a.py", "", 0.2, ["a long reason that goes on"] * 12)])
    lines = written(console).splitlines()
    assert len(lines) > 3
    assert all(len(line) <= width + len("\x1b[2m\x1b[0m") * 2 for line in lines)


def test_what_had_nothing_to_do_is_not_worth_a_line_on_a_terminal() -> None:
    console = terminal(80)
    told.run(console, ran(status="nothing", summary=""))
    assert written(console) == ""
    told.run(console, ran())
    assert "1 new finding" in written(console)


def test_a_path_does_not_drive_the_terminal() -> None:
    console = terminal(80)
    told.risks(console, [Risk("a\x1b]0;owned\x07.py", "", 0.2, ["\x1b[2Jgone"])])
    assert "\x1b]0" not in written(console)
    assert "\x1b[2J" not in written(console)
