"""Parsers and queries, made once a process; a parse that takes too long is given up."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

import tree_sitter

from workers.languages import LANGUAGES
from workers.languages.base import Language

PARSE_SECONDS = 5.0
# Small pieces: the parser asks again for the same place after each step back.
_PIECE = 4_096
_MATCHES_AT_ONCE = 10_000
_CALLS_A_LOOK = 64
_DEEPEST = 10_000  # beyond 65,536 levels a query never ends (0.26.1)

Match = tuple[int, dict[str, list[tree_sitter.Node]]]


def query_text(language: Language, *folders: Path) -> str:
    """What the folders have for a language; the later a pattern stands, the more it has to say."""
    named = [folder / f"{stem}.scm" for folder in folders for stem in language.queries]
    return "\n".join(file.read_text("utf-8") for file in named if file.exists())


@cache
def _grammar(name: str) -> tree_sitter.Language:
    made = LANGUAGES[name].grammar
    assert made is not None
    return tree_sitter.Language(made())


@cache
def _parser(name: str) -> tree_sitter.Parser:
    return tree_sitter.Parser(_grammar(name))


@cache
def _query(name: str, folders: tuple[Path, ...]) -> tree_sitter.Query:
    return tree_sitter.Query(_grammar(name), query_text(LANGUAGES[name], *folders))


def read_tree(
    language: Language, source: bytes, *folders: Path
) -> tuple[tree_sitter.Tree, list[Match]] | None:
    """The tree of some UTF-8 and what the language's queries in these folders find in it; None: out
    of time."""
    over = _deadline(PARSE_SECONDS)
    parser = _parser(language.name)
    try:
        tree = parser.parse(
            lambda offset, _: source[offset : offset + _PIECE],
            progress_callback=lambda _, __: over(),
        )
    except ValueError:  # how the library says that the callback stopped it
        parser.reset()
        return None
    # A progress callback here crashes the library (0.26.1), so only the match limit bounds it.
    cursor = tree_sitter.QueryCursor(_query(language.name, folders), match_limit=_MATCHES_AT_ONCE)
    cursor.set_max_start_depth(_DEEPEST)
    return tree, cursor.matches(tree.root_node)


def _deadline(seconds: float) -> Callable[[], bool]:
    """Of this thread's own time, so that a busy machine parses as an idle one does. The kernel is
    asked for it now and then only: the parser calls a few times for each line."""
    end = time.thread_time() + seconds
    calls = count(1)
    return lambda: next(calls) % _CALLS_A_LOOK == 0 and time.thread_time() > end
