"""Kotlin."""

from __future__ import annotations

import tree_sitter_kotlin

from workers.languages import java
from workers.languages.base import Language

LANGUAGE = Language(
    name="kotlin",
    extensions=(".kt", ".kts"),
    interpreters=("kotlin", "kotlinc"),
    grammar=tree_sitter_kotlin.language,
    queries=("kotlin",),
    annotation=java.LANGUAGE.annotation,
)
