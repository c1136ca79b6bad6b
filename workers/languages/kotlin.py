"""Kotlin."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_kotlin

from workers.languages import java
from workers.languages.base import Binding, Language


def binding(module: str, name: str, local: str) -> Iterator[Binding]:
    """'import a.b.C as D'."""
    package, _, last = module.rpartition(".")
    yield (module, "*", "*") if name == "*" else (package, last, local or last)


LANGUAGE = Language(
    name="kotlin",
    extensions=(".kt", ".kts"),
    interpreters=("kotlin", "kotlinc"),
    grammar=tree_sitter_kotlin.language,
    queries=("kotlin",),
    binding=binding,
    selves=frozenset({"this", "super"}),
    typed="after",
    returns=re.compile(r"\)\s*:\s*([\w.]+)"),
    implicit_members=True,
    annotation=java.LANGUAGE.annotation,
)
