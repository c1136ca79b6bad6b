"""The grammar: what speaks to Ponder, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import MAX_COMMANDS, WORDS, Command, in_our_thread, parse
from workers.commands import OBEY

SLUG = "ponder-app"


@pytest.mark.parametrize(
    ("body", "commands"),
    [
        ("@ponder-app where is the parser?", [("ask", "where is the parser?")]),
        ("/ponder where is the parser?", [("ask", "where is the parser?")]),
        ("@Ponder-App, where is it?", [("ask", "where is it?")]),
        ("@ponder-app[bot] status", [("status", "")]),
        ("Hey @ponder-app, where is it?", [("ask", "where is it?")]),
        ("The build is slow.\nWhy, @ponder-app?", [("ask", "The build is slow.\nWhy?")]),
        ("/ponder ask where is it?", [("ask", "where is it?")]),
        ("/ponder\nstatus", [("status", "")]),
        ("- /ponder status", [("status", "")]),
        ("**@ponder-app** status", [("status", "")]),
        ("@ponder-app", [("help", "")]),
        ("/ponder ask", [("help", "")]),
        ("/ponder help\n/ponder status", [("help", ""), ("status", "")]),
        ("/ponder help\n\n@ponder-app help", [("help", "")]),
        ("/ponder why", [("why", "")]),
        ("/ponder why does it fail?", [("ask", "why does it fail?")]),
        ("/ponder status of the parser?", [("ask", "status of the parser?")]),
        ("/ponder fix the parser", [("fix", "the parser")]),
        ("/ponder tests are slow, where?", [("ask", "tests are slow, where?")]),
        (
            "/ponder why?\n```\n/ponder help\n```\nmore",
            [("ask", "why?\n```\n/ponder help\n```\nmore")],
        ),
        ("see\r\n/ponder status\r\n", [("status", "")]),
        ("**@ponder-app review**", [("review", "")]),
        ("**@ponder-app explain src/cart.py**", [("explain", "src/cart.py")]),
        ("List<s> is slow.\n@ponder-app why?", [("why", "")]),
        ("- [ ] @ponder-app review", [("review", "")]),
        ("<details>\n\n@ponder-app review\n\n</details>", [("review", "")]),
        ("<!-- <code> -->\nx <s>y</s>, see <b>\n\n/ponder review", [("review", "")]),
        ("@ponder-app please review this PR", [("review", "")]),
        ("@ponder-app can you please review this?", [("review", "")]),
        ("@ponder-app can you say why?", [("ask", "can you say why?")]),
    ],
)
def test_what_is_said_to_ponder(body: str, commands: list[tuple[str, str]]) -> None:
    assert [(c.name, c.text) for c in parse(body, SLUG)] == commands


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nothing",
        "thanks @ponder-app!",
        "cc @ponder-app",
        "mail me@ponder-app.example",
        "@ponder-apple status",
        "@ponder-app-two status",
        "see https://example.com/@ponder-app",
        "see https://example.com/ponder status",
        "run bin/ponder status",
        "/ponders status",
        "/ponder/status",
        "the command /ponder status does it",
        "> @ponder-app status",
        "> quoted\n@ponder-app status",
        "`@ponder-app status`",
        "``a ` @ponder-app status``",
        "```\n@ponder-app status\n```",
        "~~~~\n@ponder-app status\n~~~\n/ponder help",
        "    @ponder-app status",
        "- item\n\n      @ponder-app status",
        "> - `x`\n>   @ponder-app status",
        "<!-- @ponder-app status -->",
        "<pre>\n/ponder status\n</pre>",
        "![@ponder-app status](x.png)",
        "I like @ponder-app's review",
        "@ponder-app/team review",
        "@ponder-app.org review",
        "\\@ponder-app review",
        "[@ponder-app review](https://example.com)",
        "~~@ponder-app review~~",
        "| bots |\n|---|\n| @ponder-app review |",
        "say <code>@ponder-app review</code>",
        "<blockquote>\n\n@ponder-app review\n\n</blockquote>",
    ],
)
def test_what_is_not_said_to_ponder(body: str) -> None:
    assert parse(body, SLUG) == []


def test_before_its_name_is_known_only_the_slash_is_understood() -> None:
    assert parse("@ponder-app status", "") == []
    assert parse("/ponder status", "") == [Command("status", "")]


def test_a_comment_has_only_so_many_commands() -> None:
    body = "\n".join(f"/ponder ask number {n}?" for n in range(20))
    assert len(parse(body, SLUG)) == MAX_COMMANDS


SAID = st.sampled_from(["@ponder-app status", "/ponder help", "/ponder ask why?", "@ponder-app"])
LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="`~")) | SAID, max_size=6)


@given(LINES, st.integers(3, 6), st.sampled_from("`~"))
def test_a_command_in_a_code_block_is_never_a_command(
    lines: list[str], length: int, mark: str
) -> None:
    fence = mark * length
    inside = "\n".join(lines).replace("@ponder-app", "@ponder-app status")
    assert parse(f"look:\n\n{fence}text\n{inside}\n{fence}\n", SLUG) == []


@given(LINES)
def test_a_command_in_a_quote_is_never_a_command(lines: list[str]) -> None:
    quoted = "\n".join(f"> {line}" for text in lines for line in text.splitlines() or [""])
    assert parse(quoted, SLUG) == []


@given(SAID, st.text("`", max_size=3), st.text("abc ", max_size=9))
def test_a_command_in_inline_code_is_never_a_command(said: str, ticks: str, around: str) -> None:
    fence = "`" * (len(ticks) + 1)
    assert parse(f"look at {fence}{around}{said}{around}{fence} now", SLUG) == []


@given(st.text())
def test_any_text_is_understood_or_ignored(body: str) -> None:
    for command in parse(f"/ponder {body}", SLUG):
        assert command.name in WORDS


@given(st.lists(SAID | st.text(), max_size=8).map("\n".join))
def test_a_command_is_one_of_the_table(body: str) -> None:
    commands = parse(body, SLUG)
    assert len(commands) == len(set(commands)) <= MAX_COMMANDS
    assert {command.name for command in commands} <= set(WORDS)


@pytest.mark.parametrize(
    ("body", "commands"),
    [
        ("/ponder review this PR please", [("review", "")]),
        ("/ponder ignore this pull request", [("ignore", "")]),
        ("/ponder pause now", [("pause", "")]),
        ("/ponder fix it", [("fix", "")]),
        ("/ponder explain parse", [("explain", "parse")]),
        ("/ponder explain why it fails?", [("ask", "explain why it fails?")]),
        ("/ponder review of what?", [("ask", "review of what?")]),
        ("/ponder pause, we release today", [("pause", "")]),
        ("/ponder review\n\nI mended what you found.", [("review", "")]),
        ("/ponder status\nmore\n/ponder config", [("status", ""), ("config", "")]),
    ],
)
def test_words_that_say_nothing_may_follow_a_command(
    body: str, commands: list[tuple[str, str]]
) -> None:
    assert [(c.name, c.text) for c in parse(body, SLUG)] == commands


@pytest.mark.parametrize(
    ("body", "commands"),
    [
        ("explain", [("explain", "")]),
        ("Why?", [("explain", "")]),
        ("fix this please", [("fix", "")]),
        ("> it fails\n\nis that so?", [("ask", "is that so?")]),
        ("I will do it tomorrow", []),
        ("@bob is that so?", []),
        ("> fix", []),
        ("```\nfix\n```", []),
        ("", []),
    ],
)
def test_in_our_own_thread_commands_and_questions_need_no_mention(
    body: str, commands: list[tuple[str, str]]
) -> None:
    assert [(c.name, c.text) for c in in_our_thread(body)] == commands


def test_what_needs_write_access_is_done_by_workers() -> None:
    assert set(OBEY) == {name for name, word in WORDS.items() if word.needs_write}


@pytest.mark.parametrize("before", ["*" * 60 + "x ", "_*" * 5_000 + "x ", "hi " * 5_000 + "x "])
def test_what_stands_before_a_mention_is_read_once(before: str) -> None:
    """Whoever can comment could keep the door busy for ever otherwise."""
    assert [command.name for command in parse(f"{before}@ponder-test fix", "ponder-test")] == [
        "ask"
    ]
