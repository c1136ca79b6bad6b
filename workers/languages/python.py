"""Python."""

from __future__ import annotations

import re
from inspect import cleandoc

import tree_sitter_python

from workers.languages.base import Language, comment_text

_QUOTES = re.compile(r"""^[A-Za-z]{0,2}("{3}|'{3}|"|')(.*?)\1?$""", re.DOTALL)


def docstring(literal: str) -> str:
    """The text of a string literal, or of a comment above."""
    quoted = _QUOTES.match(literal)
    return cleandoc(quoted[2]).strip() if quoted else comment_text(literal)


LANGUAGE = Language(
    name="python",
    extensions=(".py", ".pyi", ".pyw"),
    file_names=("SConstruct", "SConscript", "wscript"),
    interpreters=("python", "pypy"),
    grammar=tree_sitter_python.language,
    queries=("python",),
    docstring=docstring,
)
