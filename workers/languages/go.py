"""Go."""

from __future__ import annotations

import re

import tree_sitter_go

from workers.languages.base import Language

_BRACKETS = re.compile(r"\[.*", re.DOTALL)


def dotted(name: str) -> str:
    """The receiver '*List[T]' is the type 'List'."""
    return _BRACKETS.sub("", name).strip("*() ")


LANGUAGE = Language(
    name="go",
    extensions=(".go",),
    grammar=tree_sitter_go.language,
    queries=("go",),
    dotted=dotted,
    imported=lambda path: path.strip('"`'),
)
