"""One contract for all languages: what `parse` finds in each fixture is written beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workers import languages
from workers.index.blob import Blob
from workers.index.parse import parse, read_links
from workers.languages import LANGUAGES, QUERIES, language_of
from workers.languages.base import comment_text

FOLDER = Path(languages.__file__).parent
FIXTURES = Path(__file__).parents[2] / "fixtures" / "languages"


def described(blob: Blob) -> dict[str, list[str]]:
    """A blob in lines that a person can review."""
    around = ["", *(f" in {symbol.qualified}" for symbol in blob.symbols)]
    return {
        "symbols": [
            f"{each.start_line}-{each.end_line} {each.kind} {each.qualified}: {each.signature}"
            for each in blob.symbols
        ],
        "docstrings": [
            f"{each.qualified}: {each.docstring}" for each in blob.symbols if each.docstring
        ],
        "references": [
            f"{each.kind} {each.name}{around[each.symbol + 1]} {[*each.lines]}"
            for each in read_links(blob.language, blob.text).references
        ],
        "chunks": [
            f"{each.start_line}-{each.end_line} {each.kind} {each.symbol}".strip()
            for each in blob.chunks
        ],
    }


@pytest.mark.parametrize("name", sorted(LANGUAGES))
def test_a_language_finds_what_its_fixture_expects(name: str) -> None:
    example = next((FIXTURES / name).glob("[Ee]xample.*"))
    expected = json.loads((FIXTURES / name / "expected.json").read_text("utf-8"))
    blob = parse(example.name, example.read_bytes())
    assert (blob.language, blob.has_error) == (name, False)
    assert described(blob) == expected


def test_the_table_lists_every_file_of_the_folder() -> None:
    files = {file.stem for file in FOLDER.glob("*.py")} - {
        "__init__",
        "base",
        "complexity",
        "definitions",
        "syntax",
    }
    assert files == set(LANGUAGES)
    assert all(name == language.name for name, language in LANGUAGES.items())


def test_every_query_file_is_used() -> None:
    used = {stem for language in LANGUAGES.values() for stem in language.queries}
    assert used == {file.stem for file in QUERIES.rglob("*.scm")}


@pytest.mark.parametrize("claim", ["extensions", "file_names", "interpreters"])
def test_no_two_languages_claim_the_same_files(claim: str) -> None:
    claimed = [each for language in LANGUAGES.values() for each in getattr(language, claim)]
    assert len(claimed) == len(set(claimed))


@pytest.mark.parametrize(
    ("path", "first_line", "language"),
    [
        ("src/a.py", "", "python"),
        ("src/A.TSX", "", "tsx"),
        ("include/a.h", "", "c"),
        ("Gemfile", "", "ruby"),
        ("bin/run", "#!/usr/bin/env python3\r", "python"),
        ("bin/run", "#!/usr/bin/env -S LANG=C python3.12 -u", "python"),
        ("bin/run", "#! /bin/sh", "bash"),
        ("bin/run", "#!/opt/unheard-of", "text"),
        ("bin/run", "", "text"),
        ("a.unheard-of", "#!/bin/bash", "bash"),
        ("docs/a.md", "#!/bin/bash", "markdown"),
        (".py", "", "text"),
        ("", "", "text"),
    ],
)
def test_a_file_has_the_language_of_its_name_or_first_line(
    path: str, first_line: str, language: str
) -> None:
    assert language_of(path, first_line) == language


def test_a_header_that_speaks_cpp_is_read_by_its_grammar() -> None:
    blob = parse("a.h", b"#pragma once\nnamespace a {\nclass B {\n  void c();\n};\n}\n")
    assert blob.language == "c"
    assert [symbol.qualified for symbol in blob.symbols] == ["a", "a.B", "a.B.c"]


@pytest.mark.parametrize(
    ("declarator", "name"),
    [
        ("f(int x)", "f"),
        ("*const *names(void)", "names"),
        ("(*signal(int number, void (*handler)(int)))(int)", "signal"),
        ("(*listener)(int)", "listener"),
        ("*names[3]", "names"),
        ("const limit", "limit"),
        ("A<B<int>>::f(int x) const", "A.f"),
        ("a::B::~B()", "a.B.~B"),
        ("operator()(int x)", "operator()"),
        ("A::operator bool() const", "A.operator bool"),
    ],
)
def test_a_c_declarator_has_a_name(declarator: str, name: str) -> None:
    assert LANGUAGES["cpp"].dotted(declarator) == name


@pytest.mark.parametrize(
    "comment",
    [
        "#: Seconds.\n#: Zero is for ever.",
        "# Seconds.\n# Zero is for ever.",
        "/// Seconds.\n/// Zero is for ever.",
    ],
)
def test_the_markers_of_a_comment_are_no_part_of_its_text(comment: str) -> None:
    assert comment_text(comment) == "Seconds.\nZero is for ever."
