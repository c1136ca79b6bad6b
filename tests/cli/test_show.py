"""Answers on the terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from rich.console import Console
from rich.live import Live

from cli import show
from cli.show import Cited, Streamed, linked, printable
from core.db.answers import Answer
from core.db.citations import Citation

ID = UUID(int=1)
ANSWER = Answer(
    id=ID, installation_id=0, repository_id=1, conversation_id=ID, door="terminal", target={},
    question="Where?", ref="", state="done", snapshot_id=1, commit_sha="abcdef0123456789",
    text="It is `app[1]` in the shop [1].", refused=False, notice="", model="",
    policy_version="p1", propensity=1, prompt_hash="", prompt_tokens=0, completion_tokens=0,
    cost_usd=0, checks_passed=1, checks_failed=0, seconds=1.25, stale="",
    created_at=datetime.now(UTC), finished_at=None,
)  # fmt: skip
CITATION = Citation(1, "src/app.py", 7, 8, "abcdef0123456789", None, "", "https://host/app.py#L7")
CITED = Cited(CITATION, CITATION.url, "def main():\n    run()")


def shown(monkeypatch: pytest.MonkeyPatch, answer: Answer, *, terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=80, highlight=False)
    monkeypatch.setattr(show, "Console", lambda **_: console)
    show.answer(answer, [CITED])
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_mark_is_a_link_but_not_in_code() -> None:
    text = "Here [1], not `a[1]`, nor\n```\nb[1]\n```\nnor [2], and again [1]."
    assert linked(text, [CITED]) == (
        "Here [\\[1\\]](<https://host/app.py#L7>), not `a[1]`, nor\n```\nb[1]\n```\nnor [2], "
        "and again [\\[1\\]](<https://host/app.py#L7>)."
    )


def test_a_link_that_is_there_is_left_alone() -> None:
    assert linked("See [1](there).", [CITED]) == "See [1](there)."


def test_on_a_terminal_citations_can_be_clicked_and_code_is_previewed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = shown(monkeypatch, ANSWER, terminal=True)
    assert text.count("\x1b]8;") >= 4
    assert "https://host/app.py#L7" in text
    assert "src/app.py:7-8" in text
    assert "main" in text
    assert "at abcdef012 · no model · 1 citation checked" in text


def test_in_a_pipe_the_answer_is_plain_markdown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(monkeypatch, ANSWER, terminal=False)
    assert capsys.readouterr().out == ANSWER.text + "\n"
    assert "\x1b" not in text
    assert "[1] src/app.py:7-8\n" in text
    assert "7 def main():" in text


def test_a_repository_cannot_drive_the_terminal() -> None:
    assert printable("a\x1b]8;;evil\x07b\tc\n\x9bd") == "a�]8;;evil�b\tc\n�d"


def test_the_end_says_what_was_removed_and_why_no_model_was_used() -> None:
    answer = replace(ANSWER, checks_failed=2, notice="The model was out of reach.", model="gpt")
    assert show.closing(answer) == (
        "at abcdef012 · gpt · 1 citation checked, 2 removed · 1.2 s\nThe model was out of reach."
    )


async def test_what_is_streamed_is_replaced_and_never_taller_than_the_screen() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=40, height=10)
    with Live(console=console, transient=True, auto_refresh=False) as live:
        streamed = Streamed(live)
        await streamed.event({"type": "status", "text": "Reading app.py"})
        await streamed.event({"type": "text", "text": "draft\n" * 50})
        await streamed.event({"type": "text", "text": "end"})
        assert console.render_lines(live.renderable).__len__() <= console.height
        assert "".join(streamed.text).endswith("draft\nend")
        await streamed.event({"type": "replace", "text": "checked"})
        assert streamed.text == ["checked"]
        assert streamed.status == "Reading app.py"


def test_a_citation_of_a_file_on_this_machine_is_a_link() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True)
    console.print(show._rendered("See [[1]](<file:///a/b.py>)."))
    written = out.getvalue()
    assert "file:///a/b.py\x1b" in written
    assert "](" not in written
