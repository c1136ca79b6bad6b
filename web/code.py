"""Highlighted code as lines of HTML. Line n of the result is line n in git."""

from __future__ import annotations

import asyncio
import html
import re
from collections import OrderedDict

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
