"""Which replies say what somebody makes of a finding, and which are for people."""

from __future__ import annotations

import pytest

from bot.verdict import verdict


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("False positive", "false_positive"),
        ("This is a false positive, the caller checks it.", "false_positive"),
        ("not a bug", "false_positive"),
        ("Sorry, that's wrong.", "false_positive"),
        ("It's not a problem here", "false_positive"),
        ("Won’t fix: legacy", "dismissed"),
        ("No, this is by design", "dismissed"),
        ("This is intentional because of the cache", "dismissed"),
        ("👎", "useless"),
        ("nit", "useless"),
        ("thanks!", "accepted"),
        ("Good catch 👍", "accepted"),
        ("Thanks, fixed in abc1234", "accepted"),
        ("done in 1234567", "accepted"),
    ],
)
def test_a_plain_word_is_a_verdict_and_a_reason_may_follow(text: str, expected: str) -> None:
    assert verdict(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Not a false positive",
        "Is this a false positive?",
        "Nice catch, but no",
        "wrong indentation in the patch",
        "invalid input is checked above",
        "Please ignore this comment thread",
        "correct me if I am mistaken",
        "it is wrong that we do this",
        "> false positive",
        "`false positive`",
        "```\nfalse positive\n```",
        "Thanks, why is it reported?",
        "wrong-headed as it may seem, leave it",
        "false positive. " + "and so on, " * 100,
    ],
)
def test_what_is_quoted_asked_turned_around_or_merely_begins_so_is_none(text: str) -> None:
    assert verdict(text) is None
