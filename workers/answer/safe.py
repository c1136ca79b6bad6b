"""Text that a model or a repository wrote, made harmless as Markdown.

GitHub looks for mentions in what Markdown renders to, so escaping an `@` does not help; a code span
does. The only links and the only `[n]` in an answer are those that Ponder itself puts there.
"""

from __future__ import annotations

import html
import re
import unicodedata

from core.redact import redact

_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
# What has no certain end is bounded: a text may be one long word, or nothing but brackets.
_IMAGE = re.compile(r"!\[([^\]]{0,500})\](?:\([^)]{0,2000}\)|\[[^\]]{0,500}\])?")
_LINK = re.compile(r"\[([^\]]{1,500})\]\([^)]{0,2000}\)")
_TAG = re.compile(r"<!--.{0,2000}?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
# What GitHub would turn into a link or a notification, addresses, mentions and issues; and names
# that are easier to read as code than with every underscore escaped.
_LIVE = re.compile(
    r"(?:[A-Za-z][\w+.-]{0,30}://|www\.|mailto:|xmpp:)[^\s`]+"
    r"|[\w.+/-]{0,64}@[\w][^\s`]*"
    r"|(?:[\w.-]{1,100}/[\w.-]{1,100})?#\d\w*"
    r"|\bGH-\d+\b"
    r"|(?<![\w.])[\w.]*[^\W_]_+\w[\w.]*(?:\(\))?|(?<![\w.])__?\w[\w.]*(?:\(\))?"
    r"|(?<![\w.])[A-Za-z_][\w.]*\(\)"
)
_ACTIVE = re.compile(r"([\\`*_\[\]~|])")
_OPENING = re.compile(r"^(#{1,6}|[>+=-]|\d+(?=[.)]))")
_MARK_IN_CODE = re.compile(r"\[(?=\s*\^?\d)")
_WORD_JOINER = "\N{WORD JOINER}"
_TRAILING = ".,;:!?)”’\"'"


def one_line(text: str) -> str:
    """The text on one line, without characters that cannot be seen or that turn text around."""
    visible = (
        " " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    return " ".join("".join(visible).split())


def code(text: str) -> str:
    """A code span that holds the text, whatever it is. `[1]` in it cannot be taken for a mark."""
    inner = one_line(redact(text))
    if not inner:
        return ""
    inner = _MARK_IN_CODE.sub("[" + _WORD_JOINER, inner)
    longest = max((len(run) for run in re.findall("`+", inner)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if inner[0] == "`" or inner[-1] == "`" else ""
    return f"{fence}{pad}{inner}{pad}{fence}"


def prose(text: str) -> str:
    """One line of Markdown that reads like the text and does nothing: code spans and bold stay."""
    line = one_line(redact(text))
    pieces, last = [], 0
    for span in _CODE_SPAN.finditer(line):
        pieces += [_plain(line[last : span.start()]), code(span[2].strip())]
        last = span.end()
    pieces.append(_plain(line[last:]))
    return _OPENING.sub(_escape_opening, _joined(pieces).strip())


def _joined(pieces: list[str]) -> str:
    """Backticks that meet would be one run, and the code between them no code any more."""
    whole = ""
    for piece in pieces:
        whole += " " + piece if whole.endswith("`") and piece.startswith("`") else piece
    return whole


def _escape_opening(match: re.Match[str]) -> str:
    return f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}"


def _plain(text: str) -> str:
    """Text outside of code: images, links and tags lose what they do and keep what they say."""
    # Entities last: what they stand for is a text that wants to be shown, such as a tag.
    text = html.unescape(_TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))))
    pieces, last = [], 0
    for live in _LIVE.finditer(text):
        found = live[0] if live[0].endswith("()") else live[0].rstrip(_TRAILING)
        pieces += [_bold(text[last : live.start()]), code(found)]
        last = live.start() + len(found)
    pieces.append(_bold(text[last:]))
    return _joined(pieces)


def _bold(text: str) -> str:
    pieces, last = [], 0
    for bold in _BOLD.finditer(text):
        pieces += [_escape(text[last : bold.start()]), f"**{_escape(bold[1].strip())}**"]
        last = bold.end()
    pieces.append(_escape(text[last:]))
    return "".join(pieces)


def _escape(text: str) -> str:
    return _ACTIVE.sub(r"\\\1", text).replace("&", "&amp;").replace("<", "&lt;")
