"""The languages that Ponder reads, and which of them a file is written in."""

from __future__ import annotations

import re
from pathlib import Path

from workers.languages import (
    bash,
    c,
    cpp,
    csharp,
    go,
    java,
    javascript,
    json,
    kotlin,
    markdown,
    php,
    python,
    restructuredtext,
    ruby,
    rust,
    scala,
    swift,
    text,
    toml,
    tsx,
    typescript,
    yaml,
)
from workers.languages.base import Language

LANGUAGES: dict[str, Language] = {
    "bash": bash.LANGUAGE,
    "c": c.LANGUAGE,
    "cpp": cpp.LANGUAGE,
    "csharp": csharp.LANGUAGE,
    "go": go.LANGUAGE,
    "java": java.LANGUAGE,
    "javascript": javascript.LANGUAGE,
    "json": json.LANGUAGE,
    "kotlin": kotlin.LANGUAGE,
    "markdown": markdown.LANGUAGE,
    "php": php.LANGUAGE,
    "python": python.LANGUAGE,
    "restructuredtext": restructuredtext.LANGUAGE,
    "ruby": ruby.LANGUAGE,
    "rust": rust.LANGUAGE,
    "scala": scala.LANGUAGE,
    "swift": swift.LANGUAGE,
    "text": text.LANGUAGE,
    "toml": toml.LANGUAGE,
    "tsx": tsx.LANGUAGE,
    "typescript": typescript.LANGUAGE,
    "yaml": yaml.LANGUAGE,
}

QUERIES = Path(__file__).parent / "queries"
"""What makes an outline; what makes links is in a folder of its own, and is read later."""
LINKS = QUERIES / "links"

LINKED = frozenset(
    name
    for name, language in LANGUAGES.items()
    if any((LINKS / f"{stem}.scm").exists() for stem in language.queries)
)
"""Languages whose files say something about names."""

_BY_FILE_NAME = {name: each.name for each in LANGUAGES.values() for name in each.file_names}
_BY_EXTENSION = {ending: each.name for each in LANGUAGES.values() for ending in each.extensions}
_BY_INTERPRETER = {name: each.name for each in LANGUAGES.values() for name in each.interpreters}

_INTERPRETER = re.compile(r"#!\s*(?:\S*/)?(?:env\s+(?:-\S+\s+|\w+=\S*\s+)*(?:\S*/)?)?([A-Za-z_-]+)")


def language_of(path: str, first_line: str = "") -> str:
    """By the file's name, then its ending, then the interpreter of a first line '#!…'."""
    name = path[path.rfind("/") + 1 :]
    stem, dot, ending = name.rpartition(".")
    named = _BY_FILE_NAME.get(name) or (stem and _BY_EXTENSION.get(dot + ending.lower()))
    if named:
        return named
    interpreter = _INTERPRETER.match(first_line)
    return _BY_INTERPRETER.get(interpreter[1], "text") if interpreter else "text"
