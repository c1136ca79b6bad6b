"""C++."""

from __future__ import annotations

import tree_sitter_cpp

from workers.languages import c
from workers.languages.base import Language

LANGUAGE = Language(
    name="cpp",
    extensions=(
        *(".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".h++"),
        *(".ipp", ".tpp", ".inl", ".cu", ".cuh", ".ino"),
    ),
    grammar=tree_sitter_cpp.language,
    queries=("c", "cpp"),
    dotted=c.dotted,
    imported=c.LANGUAGE.imported,
    binding=c.binding,
    selves=frozenset({"this"}),
    typed="before",
    returns=c.RETURNS,
    implicit_members=True,
)
