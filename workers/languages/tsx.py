"""TypeScript with JSX: another grammar, since '<T>' cannot be a cast there."""

from __future__ import annotations

from dataclasses import replace

import tree_sitter_typescript

from workers.languages import typescript

LANGUAGE = replace(
    typescript.LANGUAGE,
    name="tsx",
    extensions=(".tsx",),
    interpreters=(),
    grammar=tree_sitter_typescript.language_tsx,
    queries=("ecmascript", "typescript", "jsx"),
)
