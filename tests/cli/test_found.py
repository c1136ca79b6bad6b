"""Findings as people read them on the terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cli import found
from core.db.findings import Finding

NOW = datetime(2026, 5, 4, tzinfo=UTC)
FINDING = Finding(
    id=1, installation_id=0, repository_id=1, run_id=None, fingerprint="0123456789abcdef" * 2,
    thought="verify", rule="failing-test", severity="high", evidence="reproduced", state="open",
    commit_sha="feedc0ffee", path="shop/cart.py", start_line=12, end_line=14, symbol="total",
    message="`total` loses the last price.", explanation="It ends one too early.",
    reproducer="def test_total():\n    assert total([1]) == 1\n", patch="-a\n+b\n",
    patch_state="verified", content="", artifacts=[],
    checks=[{"at": "2026-05-04T00:00:00Z", "thought": "draft_patch", "said": "All pass."}],
    read_at=None, vote=0, created_at=NOW, seen_at=NOW, closed_at=None,
)  # fmt: skip
OPINION = replace(FINDING, fingerprint="f" * 32, evidence="suspected", severity="low")


def test_a_place_comes_first_and_how_to_see_more_last(capsys: pytest.CaptureFixture[str]) -> None:
    found.listed("shop", "feedc0ffee", [FINDING], everything=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "shop/cart.py:12  reproduced · high · failing-test · 01234567"
    assert lines[1:3] == [
        "  `total` loses the last price.",
        "  a test shows it · a patch waits for you",
    ]
    assert lines[-1] == (
        "1 reproduced at feedc0ffe. More about one: ponder findings shop --finding 01234567"
    )


def test_opinions_are_counted_and_left_out_unless_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found.listed("shop", "feedc0ffee", [OPINION], everything=False)
    assert capsys.readouterr().out == (
        "Nothing is open at feedc0ffe. 1 suspicions of low severity are left out; "
        "--all shows them.\n"
    )
    found.listed("shop", "feedc0ffee", [OPINION], everything=True)
    assert capsys.readouterr().out.startswith("shop/cart.py:12  suspected · low")


def test_what_is_settled_is_not_listed(capsys: pytest.CaptureFixture[str]) -> None:
    found.listed("shop", "feedc0ffee", [replace(FINDING, state="fixed")], everything=True)
    assert capsys.readouterr().out == "Nothing is open at feedc0ffe.\n"


def test_one_finding_is_shown_with_all_its_proof(capsys: pytest.CaptureFixture[str]) -> None:
    found.whole(FINDING)
    shown = capsys.readouterr().out
    for text in (FINDING.explanation, "    assert total([1]) == 1", "-a\n+b", "All pass."):
        assert text in shown


def test_a_repository_does_not_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = replace(FINDING, message="\x1b[2Jgone", path="a\x1b]0;title\x07.py", patch="\x9b31m")
    found.listed("shop", "feedc0ffee", [hostile], everything=True)
    found.whole(hostile)
    assert not {"\x1b", "\x07", "\x9b"} & set(capsys.readouterr().out)
