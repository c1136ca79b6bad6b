"""PHP."""

from __future__ import annotations

import re

import tree_sitter_php

from workers.languages.base import Language

LANGUAGE = Language(
    name="php",
    extensions=(".php", ".phtml", ".php5", ".phpt"),
    interpreters=("php",),
    grammar=tree_sitter_php.language_php,
    queries=("php",),
    dotted=lambda name: name.lstrip("$").replace("\\", "."),
    imported=lambda path: path.strip("\"'"),
    annotation=re.compile(r"#\[(?:[^\[\]]|\[[^\[\]]*\])*\]\s*"),
)
