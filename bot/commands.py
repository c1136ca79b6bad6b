"""What a comment asks of Ponder. A command in a quote or in code is not a command."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

MAX_COMMANDS = 3
MAX_TEXT = 8_000


@dataclass(frozen=True, slots=True)
class Word:
    """A command's summary for `help`. One that `takes_text` is a command whatever follows it on its
    line; another, followed by text, is the first word of a question: "why does this fail?". What
    costs or changes something is for people with write access: it `needs_write`, and only a
    question mark makes it a question."""

    summary: str
    takes_text: bool = False
    needs_write: bool = False


WORDS: dict[str, Word] = {
    "help": Word("list what can be said"),
    "ask": Word("answer a question; the word itself may be left out", takes_text=True),
    "review": Word("review this pull request, even one that I would leave alone", needs_write=True),
    "explain": Word(
        "explain this pull request, the finding in whose thread it is said, or what you name",
        takes_text=True,
    ),
    "tests": Word(
        "write tests for this change, or for a file that you name",
        takes_text=True,
        needs_write=True,
    ),
    "fix": Word("draft a fix of what I found here", takes_text=True, needs_write=True),
    "status": Word("say what is indexed, what is on, and what is missing"),
    "config": Word("print every setting in effect, and where it comes from"),
    "why": Word("show what the last answer here was made from"),
    "pause": Word("stop what I do unasked in this repository", needs_write=True),
    "resume": Word("go on with it, also in a pull request that is ignored", needs_write=True),
    "ignore": Word("leave this pull request alone", needs_write=True),
}


@dataclass(frozen=True, slots=True)
class Command:
    """`name` is a key of WORDS; `text` is what follows it, and the question of an `ask`."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    opens_line: bool


_OPENING = re.compile(  # each way to repeat begins otherwise, so that none is tried twice
    r"(?:[-*+]\s+|\d+[.)]\s+|\[[ x]\]\s+|#{1,6}\s+|[*_]|(?:hi|hey|hello|ok|okay|please)\b[\s,!]*)*",
    re.IGNORECASE,
)
_LONGEST_OPENING = 200
"""Each mention of a line reads what stands before it."""
_COURTESY = re.compile(
    r"(?:thanks?|thank you|thx|ty|cc|nice|great|cool)\b[\s\w]{0,20}[\s.!,)]*", re.IGNORECASE
)
_FILLER = re.compile(
    r"(?:(?:please|this|that|it|the|now|again|here|change|pull request|pr|repo(?:sitory)?)\b"
    r"[\s.!]*)*",
    re.IGNORECASE,
)
_PLEASE = re.compile(r"\A(?:(?:please|pls|kindly)\b[\s,]*)+", re.IGNORECASE)
_COULD = re.compile(r"(?:can|could|would|will) you\b[\s,]*", re.IGNORECASE)
_UNSAID = re.compile(r"\s*(?:>.*)?$")
_SOMEBODY = re.compile(r"(?<![\w`])@[A-Za-z0-9]")
_PARSER = MarkdownIt("commonmark").enable(["strikethrough", "table"])
_APART = ("blockquote", "s", "table", "link")
"""What people quote, struck out, tabulate or link to is said by them to nobody."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BLOCK = re.compile(r"<(/?)(?:blockquote|pre|table)\b", re.IGNORECASE)
_INLINE = re.compile(r"<(/?)(?:code|del|kbd|samp|strike)\b", re.IGNORECASE)
_LEFT, _RIGHT = "\ue000", "\ue001"  # private use: they mean nothing to Markdown


def parse(body: str, slug: str) -> list[Command]:
    """The commands of a comment in their order, each once. `slug` is the App's; with '' only
    /ponder is understood."""
    text = re.sub("[\ue000\ue001\0]", "", body.replace("\r\n", "\n").replace("\r", "\n"))
    mentions = _outside_code_and_quotes(text, list(_mentions(text, slug)))
    if not mentions:
        return []
    first, *rest = mentions
    starts = [first, *(m for m in rest if m.opens_line)]
    ends = [m.start for m in starts[1:]] + [len(text)]
    said = [text[m.end : end] for m, end in zip(starts, ends, strict=True)]
    if not first.opens_line:
        said[0] = text[: first.start].rstrip(" ,") + said[0]
    commands = (
        _command(words, opens=mention.opens_line)
        for mention, words in zip(starts, said, strict=True)
    )
    return list(dict.fromkeys(filter(None, commands)))[:MAX_COMMANDS]


def in_our_thread(body: str) -> list[Command]:
    """Of a reply in a thread that Ponder began, which needs no mention: a command, or a question.
    People also talk with one another there; what names somebody else is not for us."""
    lines = body.replace("\r\n", "\n").split("\n")
    first = next((n for n, line in enumerate(lines) if not _UNSAID.match(line)), None)
    if first is None or _SOMEBODY.search(body):
        return []
    said = "\n".join(lines[first:])
    commands = parse(f"/ponder {said}", "")
    asks = said.rstrip(" *_").endswith("?")
    return [
        Command("explain", "") if each.name == "why" else each
        for each in commands
        if each.name not in ("ask", "help") or asks
    ]


def _mentions(text: str, slug: str) -> Iterable[_Mention]:
    # "@ponder's answer" is about it, and "@ponder/team" or "@ponder.org" somebody else.
    ends = r"(?![\w/-]|\.\w|['’]s\b)"
    at = rf"|(?<![\w@/.`\\-])@{re.escape(slug)}(?:\[bot\]|(?!\[bot)){ends}" if slug else ""
    for match in re.finditer(rf"(?i)(?<![\w@/.`-])/ponder(?![\w/.-]){at}", text):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        opens = len(before) <= _LONGEST_OPENING and _OPENING.fullmatch(before.lstrip()) is not None
        if opens or match.group().startswith("@"):
            yield _Mention(match.start(), match.end(), opens)


def _outside_code_and_quotes(text: str, mentions: list[_Mention]) -> list[_Mention]:
    """Put a mark in each mention's place, and let a Markdown parser say which are plain text."""
    if not mentions:
        return []
    marked, position = "", 0
    for number, mention in enumerate(mentions):
        marked += f"{text[position : mention.start]}{_LEFT}{number}{_RIGHT}"
        position = mention.end
    plain = "\n".join(_plain(_PARSER.parse(marked + text[position:])))
    seen = {int(number) for number in re.findall(f"{_LEFT}([0-9]+){_RIGHT}", plain)}
    return [mention for number, mention in enumerate(mentions) if number in seen]


def _plain(tokens: Iterable[Token]) -> Iterable[str]:
    """The texts that stand by themselves. Markdown has most of what sets others apart, and HTML the
    rest: what a line opens there, ends with it where nobody closed it."""
    depth = 0
    for token in tokens:
        depth = max(0, depth + _deeper(token, _BLOCK))
        inner = 0
        for child in token.children or ():
            inner = max(0, inner + _deeper(child, _INLINE))
            if child.type == "text" and not depth and not inner:
                yield child.content


def _deeper(token: Token, tag: re.Pattern[str]) -> int:
    """By how much what follows a token is set apart more, or less."""
    if token.type in ("html_block", "html_inline"):
        tags = tag.findall(_COMMENT.sub("", token.content))
        return tags.count("") - tags.count("/")
    named = token.type.removesuffix("_open").removesuffix("_close")
    return token.nesting if named in _APART else 0


def _command(words: str, *, opens: bool) -> Command | None:
    """None for a mention that asks for nothing."""
    text = words.lstrip(" \t\n,:;.!?–—-*_").rstrip()[:MAX_TEXT]
    text = _PLEASE.sub("", text, count=1)
    if text.count("**") % 2:  # what they opened stands before the mention
        text = text.removesuffix("**")
    if not text:
        return Command("help", "")
    if _COURTESY.fullmatch(text):
        return None
    if opens and (asked := _COULD.match(text)):
        text = _asked_politely(text, asked.end())
    first = text.split(maxsplit=1)[0]
    rest = text[len(first) :].strip()
    name = first.strip(".,:;!?*_").lower()
    rest = "" if _FILLER.fullmatch(rest) else rest
    if opens and _stands_alone(name, first, text):
        return Command(name, "")
    if opens and name in WORDS and _is_command(name, rest):
        if not WORDS[name].takes_text:
            return Command(name, "")
        return Command(name, rest) if rest or name != "ask" else Command("help", "")
    return Command("ask", text)


def _asked_politely(text: str, end: int) -> str:
    """ "Can you review this?" is a command with the mark of a question."""
    wish = _PLEASE.sub("", text[end:], count=1).rstrip(" ?")
    name, _, rest = wish.partition(" ")
    return name if name.lower() in WORDS and _FILLER.fullmatch(rest) else text


def _is_command(name: str, rest: str) -> bool:
    if not rest.strip(".!?"):
        return True
    word = WORDS[name]  # who says "pause, we release today" gets no answer to a question
    goes_on = word.takes_text or word.needs_write
    return goes_on and (name == "ask" or not rest.endswith("?"))


def _stands_alone(name: str, first: str, text: str) -> bool:
    """Whether it is all that its line says, and no question's first word: below such a command
    people go on talking, as in "I mended what you found"."""
    line = text[len(first) :].partition("\n")[0]
    takes_none = name in WORDS and not WORDS[name].takes_text
    return takes_none and not first.endswith("?") and not line.strip(" \t.,:;!*_")
