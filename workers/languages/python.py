"""Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc

import tree_sitter_python

from workers.languages.base import Binding, Language, comment_text

_QUOTES = re.compile(r"""^[A-Za-z]{0,2}("{3}|'{3}|"|')(.*?)\1?$""", re.DOTALL)


def docstring(literal: str) -> str:
    """The text of a string literal, or of a comment above."""
    quoted = _QUOTES.match(literal)
    return cleandoc(quoted[2]).strip() if quoted else comment_text(literal)


def binding(module: str, name: str, local: str) -> Iterator[Binding]:
    """'import a.b' binds 'a', from which '.b' is reached; but the package 'a.b' is loaded."""
    if name:
        yield module, name, local or name
    elif local:
        yield module, "", local
    else:
        top = module.partition(".")[0]
        yield top, "", top


# What a list or a string can do says nothing about a method of the repository with that name.
_BUILTIN = (str, bytes, list, dict, set, tuple, int, float, type(None), BaseException)

LANGUAGE = Language(
    name="python",
    extensions=(".py", ".pyi", ".pyw"),
    file_names=("SConstruct", "SConscript", "wscript"),
    interpreters=("python", "pypy"),
    grammar=tree_sitter_python.language,
    queries=("python",),
    docstring=docstring,
    binding=binding,
    selves=frozenset({"self", "cls", "super"}),
    typed="after",
    open_blocks=True,
    infers_returns=True,
    returns=re.compile(r"->\s*(.+)$"),
    builtin_members=frozenset(name for kind in _BUILTIN for name in dir(kind)).union(
        "read write close readline readlines seek flush group groups match search".split()
    ),
)
