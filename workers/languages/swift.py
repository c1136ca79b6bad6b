"""Swift."""

from __future__ import annotations

import re

import tree_sitter_swift

from workers.languages import java
from workers.languages.base import Language

_GENERICS = re.compile(r"<.*", re.DOTALL)

LANGUAGE = Language(
    name="swift",
    extensions=(".swift",),
    interpreters=("swift",),
    grammar=tree_sitter_swift.language,
    queries=("swift",),
    dotted=lambda name: name if name.startswith("<") else _GENERICS.sub("", name),
    selves=frozenset({"self", "Self", "super"}),
    typed="after",
    returns=re.compile(r"->\s*([\w.]+)"),
    implicit_members=True,
    annotation=java.LANGUAGE.annotation,
)
