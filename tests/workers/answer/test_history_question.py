"""Which questions are about change, and what they ask of history."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workers.answer.history_question import read_change
from workers.answer.history_span import AskedSpan, read_span

NOW = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "kind", "topic"),
    [
        ("what changed in retry since 2.1?", "changes", "retry"),
        ("What's new since 8.1?", "changes", ""),
        ("what changed in the last week?", "changes", ""),
        ("how has termui.py changed since 2024?", "changes", "termui.py"),
        ("recent changes to the docs", "changes", "docs"),
        ("show me the last 5 commits", "changes", ""),
        ("Summarize the changes since the last release", "changes", ""),
        ("What changed in 8.2?", "changes", ""),
        ("what did we do last month?", "changes", ""),
        ("who last modified the pager?", "last", "pager"),
        ("when was `Retry.call` added?", "added", "`Retry.call`"),
        ("which release added shell completion for fish?", "added", "shell completion fish"),
        ("which commit introduced ParameterSource?", "added", "ParameterSource"),
        ("when was get_os_args removed?", "removed", "get_os_args"),
        ("What happened to get_os_args?", "removed", "get_os_args"),
        ("why was `echo` renamed?", "why", "`echo`"),
        ("why did the default of show_default change?", "why", "default show_default"),
        ("When was the crash in the pager fixed?", "fixed", "crash pager"),
        ("Who wrote src/click/core.py?", "owners", "src/click/core.py"),
        ("what else usually changes with core.py?", "together", "core.py"),
    ],
)
def test_a_question_about_change_is_known(text: str, kind: str, topic: str) -> None:
    change = read_change(text)
    assert change is not None
    assert (change.kind, change.topic, change.back) == (kind, topic, False)


@pytest.mark.parametrize("text", ["Who touched this last, and why?", "why was this changed?"])
def test_this_is_what_was_spoken_of_before(text: str) -> None:
    change = read_change(text)
    assert change is not None
    assert change.back


@pytest.mark.parametrize(
    "text",
    [
        "How does the watcher find out what changed?",
        "Where are removed files purged?",
        "What happens when a file is deleted?",
        "Who calls `update`?",
        "What does add_url_rule do?",
        "Why is the signature compared in constant time?",
        "When is a connection dropped?",
        "Which function creates the session?",
        "How do I add a route in version 2?",
        "Where is the change log written?",
        "Is the cache updated when the user is added?",
        "Where is the last modified header set?",
        "",
    ],
)
def test_a_question_about_the_code_as_it_is_is_none(text: str) -> None:
    assert read_change(text) is None


def test_a_long_report_asks_for_no_history() -> None:
    assert read_change("It crashes. " * 80 + "What changed since 2.1?") is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("what changed since 2.1?", AskedSpan(since="2.1")),
        ("what changed since version v2.1.0-rc1", AskedSpan(since="v2.1.0-rc1")),
        ("since release-2.1", AskedSpan(since="release-2.1")),
        ("since commit abc1234", AskedSpan(since="abc1234")),
        ("between 2.0 and v2.1", AskedSpan(since="2.0", until="v2.1")),
        ("from 1.0 to 1.1", AskedSpan(since="1.0", until="1.1")),
        ("since the last release", AskedSpan(release="since")),
        ("in the latest version", AskedSpan(release="last")),
        ("in 2.1", AskedSpan(until="2.1", release="named")),
        ("the last 5 commits", AskedSpan(count=5)),
        ("since 2026-03-01", AskedSpan(after=datetime(2026, 3, 1, tzinfo=UTC))),
        ("since March 2025", AskedSpan(after=datetime(2025, 3, 1, tzinfo=UTC))),
        ("since March 5, 2025", AskedSpan(after=datetime(2025, 3, 5, tzinfo=UTC))),
        ("since December", AskedSpan(after=datetime(2025, 12, 1, tzinfo=UTC))),
        ("since Monday", AskedSpan(after=datetime(2026, 11, 16, tzinfo=UTC))),
        ("in the last week", AskedSpan(after=datetime(2026, 11, 11, 15, 30, tzinfo=UTC))),
        ("in the past 2 days", AskedSpan(after=datetime(2026, 11, 16, 15, 30, tzinfo=UTC))),
        ("this week", AskedSpan(after=datetime(2026, 11, 16, tzinfo=UTC))),
        (
            "yesterday",
            AskedSpan(
                after=datetime(2026, 11, 17, tzinfo=UTC), before=datetime(2026, 11, 18, tzinfo=UTC)
            ),
        ),
        (
            "in 2025",
            AskedSpan(
                after=datetime(2025, 1, 1, tzinfo=UTC), before=datetime(2026, 1, 1, tzinfo=UTC)
            ),
        ),
        ("in the parser", None),
    ],
)
def test_a_span_is_read_as_people_say_it(text: str, span: AskedSpan | None) -> None:
    assert read_span(text, NOW)[0] == span
