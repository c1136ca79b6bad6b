"""C#."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_c_sharp

from workers.languages.base import Binding, Language, comment_text

_TAG = re.compile(r"</?(?:summary|remarks|returns|para|c|code|example|value)\s*/?>")


def docstring(comment: str) -> str:
    """XML documentation without its most frequent tags."""
    return _TAG.sub("", comment_text(comment)).strip()


def binding(module: str, name: str, local: str) -> Iterator[Binding]:
    """'using A.B', 'using C = A.B.C'."""
    yield (module, module.rpartition(".")[2], local) if local else (module, "*", "*")


LANGUAGE = Language(
    name="csharp",
    extensions=(".cs", ".csx"),
    grammar=tree_sitter_c_sharp.language,
    queries=("csharp",),
    docstring=docstring,
    binding=binding,
    selves=frozenset({"this", "base"}),
    typed="before",
    returns=re.compile(
        r"(?:^|\s)([A-Z][\w.]*)(?:<[^()]*>)?(?:\[\])?\??\s+[\w.]+\s*(?:<[^()]*>)?\("
    ),
    implicit_members=True,
    annotation=re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\s*"),
)
