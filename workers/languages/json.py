"""JSON, comments tolerated: keys are its symbols, two levels of them."""

from __future__ import annotations

import tree_sitter_json

from workers.languages.base import Language

LANGUAGE = Language(
    name="json",
    extensions=(".json", ".jsonc", ".json5", ".webmanifest", ".geojson", ".ipynb"),
    file_names=(".eslintrc", ".babelrc", ".prettierrc"),
    grammar=tree_sitter_json.language,
    queries=("json",),
    deepest=2,
)
