"""Scala."""

from __future__ import annotations

import tree_sitter_scala

from workers.languages import java
from workers.languages.base import Language


def imported(path: str) -> str:
    """'import a.b.{C, D => E}' is about 'a.b'."""
    return path.removeprefix("import ").partition("{")[0].strip().removesuffix("._").rstrip(".*")


LANGUAGE = Language(
    name="scala",
    extensions=(".scala", ".sc", ".sbt"),
    interpreters=("scala", "scala-cli"),
    grammar=tree_sitter_scala.language,
    queries=("scala",),
    imported=imported,
    annotation=java.LANGUAGE.annotation,
)
