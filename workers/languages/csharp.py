"""C#."""

from __future__ import annotations

import re

import tree_sitter_c_sharp

from workers.languages.base import Language, comment_text

_TAG = re.compile(r"</?(?:summary|remarks|returns|para|c|code|example|value)\s*/?>")


def docstring(comment: str) -> str:
    """XML documentation without its most frequent tags."""
    return _TAG.sub("", comment_text(comment)).strip()


LANGUAGE = Language(
    name="csharp",
    extensions=(".cs", ".csx"),
    grammar=tree_sitter_c_sharp.language,
    queries=("csharp",),
    docstring=docstring,
    annotation=re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\s*"),
)
