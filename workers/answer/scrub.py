"""Places that a model names in prose: line numbers go, and what the commit does not have is told.

Only code writes line numbers, and it writes them into citations.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

NO_SUCH_FILE = "(a file that is not in this repository)"
NO_SUCH_NAME = "(not found in this repository)"

_EXTENSIONS = (
    "astro|bash|bat|c|cc|cfg|cjs|clj|cmake|conf|cpp|cs|css|csv|cts|cxx|dart|el|env|erb|erl|ex|exs|fs|go|"
    "gradle|graphql|groovy|h|haml|hh|hpp|hs|htm|html|hxx|ini|ipynb|j2|java|jinja|jl|js|json|json5|jsonl|"
    "jsx|kt|kts|less|lock|lua|m|md|mdx|mjs|ml|mm|mod|mts|nim|nix|patch|php|pl|plist|pm|po|properties|"
    "proto|ps1|pxd|py|pyi|pyx|r|rake|rb|rs|rst|sass|sbt|scala|scm|scss|sh|sln|sql|sum|svelte|svg|swift|"
    "tcl|tex|tf|toml|ts|tsx|txt|vb|vim|vue|wat|xml|yaml|yml|zig|zsh"
)
_BARE = "Makefile|Dockerfile|Rakefile|Gemfile|Procfile|Jenkinsfile|Vagrantfile|LICENSE|README"
_FILE = (
    rf"(?:[\w@.+~-]{{0,99}}/){{1,30}}[\w@.+-]{{1,99}}\.[A-Za-z]\w{{0,9}}\b"
    rf"|[\w@+-][\w@.+-]{{0,99}}\.(?:{_EXTENSIONS})\b"
    rf"|\b(?:{_BARE})\b"
)
"""Bounded, since a text may be one long word: from each of its letters a path might begin."""
_WITH_LINES = re.compile(
    rf"(?<![\w@+-])(?<![\w@+-]\.)(?i:({_FILE}))(`?)\s*(?:[:,]\s*|#|\(|@|::)\s*(?:lines?\s*)?L?\d+(?:\s*[-–—:,]\s*L?\d+)*\)?"
)
_LINES = re.compile(
    r"\b(?:the\s+)?(?:lines?|ln\.?|ll?\.)\s*(?:#\s*)?L?\d+(?:\s*(?:-|–|—|to|and|through|until|,)\s*L?\d+)*"
    r"|(?<![\w.])L(?:\d+\s*[-–—]\s*L?\d+|\d{2,})\b",
    re.IGNORECASE,
)
_PATH = re.compile(rf"(?<![\w/.@:+-])(?:{_FILE})", re.IGNORECASE)
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_SYMBOL = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|#|->)[A-Za-z_$][\w$]*)*(?:\([^()]*\))?[?!]?")
_PRODUCTS = frozenset(
    "node.js next.js vue.js react.js express.js d3.js three.js nuxt.js ember.js backbone.js "
    "angular.js asp.net ember.js socket.io".split()
)

_EVERYWHERE = frozenset(
    "None True False Null Nil Infinity NaN Ellipsis NotImplemented String Number Boolean".split()
)


@dataclass(slots=True)
class Scrubbed:
    """`failed` counts what was removed or marked."""

    text: str
    failed: int = 0


def without_line_numbers(text: str) -> Scrubbed:
    """'a.py:12' is 'a.py': what a docstring says of lines was true of another commit."""
    text, beside = _WITH_LINES.subn(r"\1\2", text)
    return Scrubbed(text, beside)


def _without_lines(text: str) -> Scrubbed:
    """No line number is left beside a path, nor a bare 'line 12'."""
    beside = without_line_numbers(text)
    text, bare = _LINES.subn("the cited lines", beside.text)
    return Scrubbed(text, beside.failed + bare)


def paths_in(text: str) -> list[str]:
    """What `scrub` asks about: the lines that stand behind a path are no part of it."""
    bare = _without_lines(text).text
    return [m[0] for m in _PATH.finditer(bare) if m[0].lower() not in _PRODUCTS]


def symbols_in(text: str) -> list[str]:
    """Names in code spans that look like somebody defined them: `a_b`, `aB`, `a.b`, `a()`."""
    found = []
    for span in _SPAN.finditer(text):
        name = span[2].strip()
        telling = re.search(r"[a-z\d][A-Z]|[A-Za-z\d]_[A-Za-z]|\.|::|#|->|\(|^_|^[A-Z][a-z]", name)
        no_symbol = name in _EVERYWHERE or _PATH.fullmatch(name)
        if _SYMBOL.fullmatch(name) and telling and not no_symbol:
            found.append(name)
    return found


def parts_of(symbol: str) -> list[str]:
    """'queue' and 'append' of `queue.append(x)`."""
    bare = re.sub(r"\([^()]*\)[?!]?$", "", symbol).rstrip("?!")
    return re.split(r"\.|::|#|->", bare)


def scrub(
    text: str, *, path_known: Callable[[str], bool], symbol_known: Callable[[str], bool]
) -> Scrubbed:
    """The text without line numbers, with paths and names that do not exist told as such."""
    scrubbed = _without_lines(text)
    failed = scrubbed.failed

    def path(match: re.Match[str]) -> str:
        nonlocal failed
        if match[0].lower() in _PRODUCTS or path_known(match[0]):
            return match[0]
        failed += 1
        return NO_SUCH_FILE

    def span(match: re.Match[str]) -> str:
        nonlocal failed
        name = match[2].strip()
        if name == NO_SUCH_FILE:
            return name
        if name in unknown:
            failed += 1
            return f"{match[0]} {NO_SUCH_NAME}"
        return match[0]

    text = _PATH.sub(path, scrubbed.text)
    unknown = {name for name in symbols_in(text) if not symbol_known(name)}
    return Scrubbed(_SPAN.sub(span, text), failed)
