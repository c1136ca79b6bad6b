"""YAML: keys are its symbols, two levels of them."""

from __future__ import annotations

import tree_sitter_yaml

from workers.languages.base import Language

LANGUAGE = Language(
    name="yaml",
    extensions=(".yaml", ".yml"),
    file_names=(".clang-format", ".clang-tidy"),
    grammar=tree_sitter_yaml.language,
    queries=("yaml",),
    dotted=lambda key: key.strip("\"'"),
    deepest=2,
)
