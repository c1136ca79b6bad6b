"""TypeScript."""

from __future__ import annotations

import re

import tree_sitter_typescript

from workers.languages.base import Language
from workers.languages.javascript import BUILTIN_MEMBERS, binding, dotted, imported

LANGUAGE = Language(
    name="typescript",
    extensions=(".ts", ".mts", ".cts"),
    interpreters=("deno", "ts-node", "tsx"),
    grammar=tree_sitter_typescript.language_typescript,
    queries=("ecmascript", "typescript"),
    dotted=dotted,
    imported=imported,
    binding=binding,
    selves=frozenset({"this", "super"}),
    typed="after",
    infers_returns=True,
    returns=re.compile(r"\)\s*:\s*(?:asserts\s+|\w+\s+is\s+)?([^{=]+)$"),
    builtin_members=BUILTIN_MEMBERS,
    annotation=re.compile(r"@[\w.]+(?:\([^()]*\))?\s*"),
)
