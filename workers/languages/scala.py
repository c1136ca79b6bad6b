"""Scala."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_scala

from workers.languages import java
from workers.languages.base import Binding, Language

_RENAMES = re.compile(r"\s+as\s+")


def imported(path: str) -> str:
    """'import a.b.{C, D => E}' is about 'a.b'."""
    return path.removeprefix("import ").partition("{")[0].strip().removesuffix("._").rstrip(".*")


def binding(module: str, name: str, local: str) -> Iterator[Binding]:
    """'import a.b.{C, D => E}', 'import a.b._', 'import a.b.C'."""
    path, brace, listed = module.removeprefix("import ").strip().partition("{")
    if not brace:
        path, _, listed = path.rpartition(".")
    for each in listed.rstrip("} ").split(","):
        name, _, local = (part.strip() for part in _RENAMES.sub("=>", each).partition("=>"))
        is_all = name in {"_", "*"}
        yield path.rstrip("."), "*" if is_all else name, "*" if is_all else local or name


LANGUAGE = Language(
    name="scala",
    extensions=(".scala", ".sc", ".sbt"),
    interpreters=("scala", "scala-cli"),
    grammar=tree_sitter_scala.language,
    queries=("scala",),
    imported=imported,
    binding=binding,
    selves=frozenset({"this", "super"}),
    typed="after",
    returns=re.compile(r"\)\s*:\s*([\w.]+)"),
    implicit_members=True,
    annotation=java.LANGUAGE.annotation,
)
