"""Go."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_go

from workers.languages.base import Binding, Language

_VERSION = re.compile(r"v\d+")
_BRACKETS = re.compile(r"\[.*", re.DOTALL)


def dotted(name: str) -> str:
    """The receiver '*List[T]' is the type 'List'."""
    return _BRACKETS.sub("", name).strip("*() ")


def binding(module: str, name: str, local: str) -> Iterator[Binding]:
    """A package is called by the last part of its path that is no version."""
    module = module.strip('"`')
    if name:
        yield module, "*", "*"
    else:
        parts = [part for part in module.split("/") if not _VERSION.fullmatch(part)] or [module]
        yield module, "", local or parts[-1].partition(".")[0].rpartition("-")[2]


LANGUAGE = Language(
    name="go",
    extensions=(".go",),
    grammar=tree_sitter_go.language,
    queries=("go",),
    dotted=dotted,
    imported=lambda path: path.strip('"`'),
    binding=binding,
    typed="go",
    returns=re.compile(r"\)\s*\(?\s*(?:\w+\s+)?\*?([A-Za-z_][\w.]*)[^()]*\)?$"),
)
