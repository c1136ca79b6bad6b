"""Java."""

from __future__ import annotations

import re

import tree_sitter_java

from workers.languages.base import Language

LANGUAGE = Language(
    name="java",
    extensions=(".java",),
    grammar=tree_sitter_java.language,
    queries=("java",),
    selves=frozenset({"this", "super"}),
    typed="before",
    returns=re.compile(r"(?:^|\s)([A-Z][\w.]*)(?:<[^()]*>)?(?:\[\])*\s+\w+\s*\("),
    implicit_members=True,
    annotation=re.compile(r"@(?!interface\b)[\w.]+(?:\((?:[^()]|\([^()]*\))*\))?\s*"),
)
