"""Rust."""

from __future__ import annotations

import re

import tree_sitter_rust

from workers.languages.base import Language

_GENERICS = re.compile(r"<.*", re.DOTALL)


def dotted(name: str) -> str:
    """The type '&fmt::Writer<T>' of an impl is 'Writer'."""
    return _GENERICS.sub("", name).rpartition("::")[2].strip("&* ")


LANGUAGE = Language(
    name="rust",
    extensions=(".rs",),
    grammar=tree_sitter_rust.language,
    queries=("rust",),
    dotted=dotted,
)
