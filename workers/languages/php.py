"""PHP."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_php

from workers.languages.base import Binding, Language


def binding(module: str, name: str, local: str) -> Iterator[Binding]:
    """'use A\\B as C', 'use A\\{B, C}'."""
    whole = f"{module}\\{name}".strip("\\")
    last = whole.rpartition("\\")[2]
    yield whole, last, local or last


LANGUAGE = Language(
    name="php",
    extensions=(".php", ".phtml", ".php5", ".phpt"),
    interpreters=("php",),
    grammar=tree_sitter_php.language_php,
    queries=("php",),
    dotted=lambda name: name.lstrip("$").replace("\\", "."),
    imported=lambda path: path.strip("\"'"),
    binding=binding,
    selves=frozenset({"$this", "self", "static", "parent"}),
    typed="before",
    returns=re.compile(r"\)\s*:\s*\??([\w\\]+)"),
    annotation=re.compile(r"#\[(?:[^\[\]]|\[[^\[\]]*\])*\]\s*"),
)
