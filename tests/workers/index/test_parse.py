"""Any bytes are parsed, and their lines are counted as git counts them."""

from __future__ import annotations

import re

import pytest

from workers.index import grammar
from workers.index.parse import RULES, decode, parse, read_links

SOURCE = "def first():\n    return 1\n\n\ndef second():\n    return 'é'\n"


def lines_of(content: bytes, path: str = "a.py") -> dict[str, tuple[int, int]]:
    symbols = parse(path, content).symbols
    return {symbol.name: (symbol.start_line, symbol.end_line) for symbol in symbols}


PLAIN = {"first": (1, 2), "second": (5, 6)}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-32"]
)
def test_an_encoding_keeps_names_and_lines(encoding: str) -> None:
    assert lines_of(SOURCE.encode(encoding)) == PLAIN


def test_utf_16_big_endian_is_known_by_its_mark() -> None:
    assert lines_of(b"\xfe\xff" + SOURCE.encode("utf-16-be")) == PLAIN


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    assert parse("a.txt", b"\xef\xbb\xbfa").text == "a"


def test_invalid_utf_8_is_replaced() -> None:
    assert decode(b"a\xffb\n") == "a\ufffdb\n"


def test_carriage_returns_belong_to_their_lines() -> None:
    assert lines_of(SOURCE.replace("\n", "\r\n").encode()) == PLAIN


@pytest.mark.parametrize("odd", ["\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\0"])
def test_only_a_newline_ends_a_line(odd: str) -> None:
    blob = parse("a.py", f"# a{odd}b\n{SOURCE}".encode())
    assert [symbol.start_line for symbol in blob.symbols] == [2, 6]
    assert blob.lines == 7
    assert blob.text.startswith(f"# a{odd}b\n")


@pytest.mark.parametrize(
    ("content", "lines"), [(b"", 0), (b"\n", 1), (b"a", 1), (b"a\n", 1), (b"a\n\n", 2)]
)
def test_lines_are_counted(content: bytes, lines: int) -> None:
    assert parse("a.txt", content).lines == lines


def test_an_empty_file_has_nothing() -> None:
    blob = parse("a.py", b"")
    assert (blob.text, blob.symbols, blob.chunks) == ("", (), ())


def test_blank_lines_are_no_chunk() -> None:
    assert parse("a.py", b" \n\t\n\x0c\n").chunks == ()


def test_a_file_with_syntax_errors_keeps_what_can_be_read() -> None:
    blob = parse("a.py", b"def broken(:\n    pass\n\n\n" + SOURCE.encode())
    assert blob.has_error
    assert "second" in {symbol.name for symbol in blob.symbols}


@pytest.mark.parametrize(
    ("path", "opening", "closing"),
    [
        ("a.py", "(", ")"),
        ("a.py", "f(", ")"),
        ("a.js", "(() => {", "})"),
        ("a.js", "a={b(){", "}}"),
        ("a.ts", "class A { b = ", "}"),
        ("a.c", "{", "}"),
        ("a.cpp", "A<", ">"),
        ("a.json", '{"a":', "}"),
        ("a.yaml", "[", "]"),
        ("a.java", "class A {\n", "}"),
        ("a.rb", "module A\n", "end\n"),
        ("a.md", "> ", ""),
    ],
)
def test_deep_nesting_is_parsed(path: str, opening: str, closing: str) -> None:
    content = f"{opening * 50_000}1{closing * 50_000}".encode()
    blob = parse(path, content)
    assert blob.chunks[0].start_line == 1
    assert blob.chunks[-1].end_line == blob.lines


def test_a_parse_that_takes_too_long_falls_back_to_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "PARSE_SECONDS", -1.0)
    blob = parse("a.py", SOURCE.encode() * 1_000)
    assert blob.has_error
    assert blob.symbols == ()
    assert {chunk.kind for chunk in blob.chunks} == {"block"}
    monkeypatch.undo()
    assert lines_of(SOURCE.encode()) == PLAIN


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.py", "def {name}(): pass"),
        ("a.js", "import '{name}'"),
        ("a.json", '{{"{name}": 1}}'),
        ("a.md", "# {name}"),
        ("a.c", "int {name}(void) {{}}"),
    ],
)
def test_long_names_are_cut_so_that_they_fit_an_index(path: str, content: str) -> None:
    blob = parse(path, content.format(name="é" * 5_000).encode())
    assert all(len(symbol.name) <= 200 for symbol in blob.symbols)
    assert all(len(symbol.qualified) <= 400 for symbol in blob.symbols)
    assert all(
        len(reference.name) <= 200 for reference in read_links(blob.language, blob.text).references
    )


def test_a_nul_is_in_no_text_that_the_database_stores_as_text() -> None:
    blob = parse("a.py", b'def a\0b(c="\0"):\n    """d\0e"""\n    f\0()\n')
    stored = [
        *(text for each in blob.symbols for text in (each.name, each.signature, each.docstring)),
        *(each.name for each in read_links(blob.language, blob.text).references),
        *(each.symbol for each in blob.chunks),
    ]
    assert "\0" not in "".join(stored)
    assert "\0" in blob.text


def test_a_signature_is_one_short_line() -> None:
    arguments = ",\n".join(f"argument_{number}: int" for number in range(100))
    (symbol,) = parse("a.py", f"def f(\n{arguments},\n) -> int:\n    pass\n".encode()).symbols
    assert symbol.signature.startswith("def f( argument_0: int, argument_1: int")
    assert len(symbol.signature) <= 300


def test_a_reference_has_each_of_its_lines_once() -> None:
    blob = parse("a.py", b"def f():\n    g(); g()\n    g()\n\n\ng()\n")
    assert [
        (each.name, each.symbol, each.lines)
        for each in read_links(blob.language, blob.text).references
    ] == [
        ("g", 0, (2, 3)),
        ("g", -1, (6,)),
    ]


def test_the_rules_have_a_number_and_the_queries_in_them() -> None:
    assert re.fullmatch(r"\d+-[0-9a-f]{12}", RULES)
