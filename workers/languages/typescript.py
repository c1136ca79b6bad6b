"""TypeScript."""

from __future__ import annotations

import re

import tree_sitter_typescript

from workers.languages.base import Language
from workers.languages.javascript import dotted, imported

LANGUAGE = Language(
    name="typescript",
    extensions=(".ts", ".mts", ".cts"),
    interpreters=("deno", "ts-node", "tsx"),
    grammar=tree_sitter_typescript.language_typescript,
    queries=("ecmascript", "typescript"),
    dotted=dotted,
    imported=imported,
    annotation=re.compile(r"@[\w.]+(?:\([^()]*\))?\s*"),
)
