"""Highlighted code as lines of HTML. Line n of the result is line n in git."""

from __future__ import annotations

import asyncio
import html
import re
from collections import OrderedDict
from collections.abc import Sequence

from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

from core.db.blobs import BlobText

LARGEST = 400_000
"""Characters of a file that is still highlighted as a whole; Pygments reads about 1 MB/s."""

_TAG = re.compile(r"<[^>]*>")
_FIRST_SPACE = re.compile(r"^((?:<[^>]*>)*)\s")
_PARTS = re.compile(r"<[^>]*>|&[^;]+;|.", re.DOTALL)
_OPTIONS = {"stripnl": False, "ensurenl": False, "stripall": False}
_FORMATTER = HtmlFormatter[str](nowrap=True)


class Highlighter:
    """Remembers the files that were shown last: an answer cites the same few again and again."""

    def __init__(self, keep: int = 64) -> None:
        self._kept: OrderedDict[tuple[int, str], list[str]] = OrderedDict()
        self._keep = keep

    async def lines(self, blob: BlobText, path: str) -> list[str]:
        key = (blob.id, path.rpartition(".")[2])
        if key not in self._kept:
            # Half a second for a big file: other requests must not wait for it.
            self._kept[key] = await asyncio.to_thread(lines_of, blob.text, blob.language, path)
            while len(self._kept) > self._keep:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def lines_of(text: str, language: str, path: str = "") -> list[str]:
    """Git ends lines at \\n only. Pygments would end them at a lone \\r too, so that is shown as
    a symbol."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "␍")
    if len(text) > LARGEST:
        marked = html.escape(text, quote=False)
    else:
        marked = _highlight(text, _lexer(language, path))
    lines = marked.split("\n")
    return lines[:-1] if lines[-1] == "" and len(lines) > 1 else lines


def highlight_block(text: str, language: str) -> str:
    """A fenced block of an answer."""
    return "\n".join(lines_of(text, language))


def dedented(lines: list[str]) -> list[str]:
    """Highlighted lines without the indentation that all of them share."""
    texts = [html.unescape(_TAG.sub("", line)) for line in lines]
    indents = [len(text) - len(text.lstrip()) for text in texts if text.strip()]
    indent = min(indents, default=0)
    # Each removal skips the tags in front: indentation may be within a span, or end one.
    for _ in range(indent):
        lines = [_FIRST_SPACE.sub(r"\1", line) for line in lines]
    return lines


def marked_lines(
    texts: Sequence[str], spans: Sequence[Sequence[Sequence[int]]], language: str, path: str
) -> list[str]:
    """Lines of one place, highlighted by themselves, with a `mark` around columns of each."""
    lines = lines_of("\n".join(texts), language, path)[: len(texts)]
    # An empty line at the end counts as none.
    lines += [""] * (len(texts) - len(lines))
    return [_marked(line, of_line) for line, of_line in zip(lines, spans, strict=True)]


def _marked(line: str, spans: Sequence[Sequence[int]]) -> str:
    """A mark lies within one element: it ends before each tag, and begins again behind it."""
    within = {column for start, end in spans for column in range(start, end)}
    written, column, is_open = [], 0, False
    for part in _PARTS.findall(line):
        is_text = not part.startswith("<")
        if is_open and not (is_text and column in within):
            written.append("</mark>")
        if is_text and column in within and not is_open:
            written.append("<mark>")
        is_open = is_text and column in within
        written.append(part)
        column += is_text
    return "".join(written) + "</mark>" * is_open


def _highlight(text: str, lexer: Lexer) -> str:
    marked: list[str] = []

    class _Sink:
        def write(self, part: str) -> int:
            marked.append(part)
            return len(part)

    _FORMATTER.format(lexer.get_tokens(text), _Sink())
    return "".join(marked)


def _lexer(language: str, path: str) -> Lexer:
    try:
        return get_lexer_by_name(language, **_OPTIONS)
    except ClassNotFound:
        pass
    try:
        return get_lexer_for_filename(path, None, **_OPTIONS)
    except ClassNotFound:
        return TextLexer(**_OPTIONS)
