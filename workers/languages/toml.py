"""TOML: tables and keys are its symbols."""

from __future__ import annotations

import tree_sitter_toml

from workers.languages.base import Language

LANGUAGE = Language(
    name="toml",
    extensions=(".toml",),
    file_names=("Pipfile",),
    grammar=tree_sitter_toml.language,
    queries=("toml",),
    deepest=2,
)
