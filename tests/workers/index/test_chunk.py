"""Chunks are units that a reader would cut, and together they are the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workers.index.blob import Blob
from workers.index.parse import decode, parse, read_links
from workers.index.terms import term_id, terms, unpack
from workers.languages import LANGUAGES

FIXTURES = Path(__file__).parents[2] / "fixtures" / "languages"
EXAMPLES = {name: next((FIXTURES / name).glob("[Ee]xample.*")) for name in LANGUAGES}
SLOW = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def check(path: str, content: bytes) -> Blob:
    """The promises that hold for any file."""
    blob = parse(path, content)
    text = decode(content)
    rows = text.split("\n")
    wanted = {row for row, line in enumerate(rows, 1) if line.strip()}
    covered: list[int] = []
    for chunk in blob.chunks:
        assert {chunk.start_line, chunk.end_line} <= wanted
        covered += range(chunk.start_line, chunk.end_line + 1)
    assert covered == sorted(set(covered))
    assert wanted <= set(covered)
    assert blob.text == text
    for symbol in blob.symbols:
        assert 1 <= symbol.start_line <= symbol.end_line <= blob.lines
        assert symbol.name
        assert symbol.qualified.endswith(symbol.name)
    for reference in read_links(blob.language, blob.text).references:
        assert reference.name
        assert -1 <= reference.symbol < len(blob.symbols)
        assert all(1 <= line <= blob.lines for line in reference.lines)
    return blob


def ranges(blob: Blob) -> list[tuple[int, int, str]]:
    return [(each.start_line, each.end_line, each.symbol) for each in blob.chunks]


def python(*parts: str) -> bytes:
    return "\n".join(parts).encode()


def function(name: str, lines: int, indent: str = "") -> str:
    body = "".join(f"{indent}    step_{number}()\n" for number in range(lines - 1))
    return f"{indent}def {name}():\n{body}"


@SLOW
@given(path=st.sampled_from([file.name for file in EXAMPLES.values()]), content=st.binary())
def test_chunks_cover_every_line_of_any_bytes(path: str, content: bytes) -> None:
    check(path, content)


@SLOW
@given(
    path=st.sampled_from([file.name for file in EXAMPLES.values()]),
    lines=st.lists(
        st.text(alphabet="ab \t\n\r\x0b\x0c\x85\u2028\0é(){}[]:;,#/*'\"=-<>@`~|&$!?", max_size=20),
        max_size=80,
    ),
)
def test_chunks_cover_every_line_of_any_text(path: str, lines: list[str]) -> None:
    check(path, "\n".join(lines).encode())


@pytest.mark.parametrize("name", sorted(EXAMPLES))
@settings(SLOW, max_examples=15)
@given(choices=st.data())
def test_chunks_cover_every_line_of_damaged_code(name: str, choices: st.DataObject) -> None:
    content = EXAMPLES[name].read_bytes()
    for _ in range(choices.draw(st.integers(1, 4))):
        start = choices.draw(st.integers(0, len(content)))
        end = choices.draw(st.integers(start, min(start + 200, len(content))))
        piece = choices.draw(st.one_of(st.just(content[start:end]), st.binary(max_size=4)))
        times = choices.draw(st.sampled_from([0, 1, 2, 60]))
        content = content[:start] + piece * times + content[end:]
    check(EXAMPLES[name].name, content)


def test_a_method_is_a_chunk_and_the_head_of_its_class_another() -> None:
    source = python(
        "class A:",
        '    """Says',
        "    a lot",
        "    about",
        "    itself.",
        '    """',
        "",
        function("b", 9, "    "),
        function("c", 9, "    "),
    )
    assert ranges(check("a.py", source)) == [(1, 6, "A"), (8, 16, "A.b"), (18, 26, "A.c")]


def test_a_small_class_stays_whole() -> None:
    source = python("class A:", function("b", 4, "    "), function("c", 4, "    "))
    assert ranges(check("a.py", source)) == [(1, 10, "A")]


def test_tiny_neighbours_share_a_chunk_and_whole_functions_do_not() -> None:
    source = python("import a", "", "B = 1", "", "", function("c", 9), "", function("d", 9))
    assert ranges(check("a.py", source)) == [(1, 3, ""), (6, 14, "c"), (17, 25, "d")]


def test_comments_and_decorators_belong_to_the_definition_below() -> None:
    source = python(function("a", 9), "", "# Says b.", "# Loudly.", "@c", function("d", 9))
    blob = check("a.py", source)
    assert ranges(blob) == [(1, 9, "a"), (12, 23, "d")]
    assert [symbol.start_line for symbol in blob.symbols] == [1, 14]


def test_a_long_function_is_cut_at_its_statements() -> None:
    steps = [f"    if a{number}:\n        b(\n            c,\n        )" for number in range(40)]
    blob = check("a.py", python("def f():", *steps))
    rows = blob.text.split("\n")
    assert len(blob.chunks) > 1
    assert all(chunk.end_line - chunk.start_line < 60 for chunk in blob.chunks)
    assert all(rows[chunk.start_line - 1].startswith("    if") for chunk in blob.chunks[1:])
    assert {chunk.symbol for chunk in blob.chunks} == {"f"}


def test_a_long_function_of_functions_is_cut_at_them() -> None:
    inner = [function(name, 30, "    ") for name in "abcd"]
    blob = check("a.py", python("def f():", *inner))
    assert [chunk.symbol for chunk in blob.chunks] == ["f", "f.a", "f.b", "f.c", "f.d"]


def test_a_closing_bracket_stays_with_what_it_closes() -> None:
    method = "  b() {\n" + "    c()\n" * 12 + "  }\n"
    blob = check("a.js", f"class A {{\n{method}}}\n".encode())
    assert ranges(blob)[-1] == (2, 16, "A.b")


def test_plain_text_is_cut_at_blank_lines() -> None:
    paragraph = "word\n" * 9 + "\n"
    blob = check("a.txt", (paragraph * 20).encode())
    assert all(chunk.end_line - chunk.start_line < 60 for chunk in blob.chunks)
    assert all((chunk.start_line - 1) % 10 == 0 for chunk in blob.chunks)


def test_a_large_mapping_is_cut_at_nested_keys() -> None:
    listed = "".join(f"  job{number}:\n" + "    - step\n" * 20 for number in range(5))
    blob = check("a.yml", f"name: a\njobs:\n{listed}".encode())
    jobs = [f"jobs.job{number}" for number in range(5)]
    assert [chunk.symbol for chunk in blob.chunks] == ["name", "jobs", *jobs]


def test_terms_tell_body_names_and_comments_apart() -> None:
    (chunk,) = check(
        "a.py", b'class Oven:\n    def bake(self):\n        """Hot."""\n        heat()\n'
    ).chunks
    found = {int(row["term"]): row for row in unpack(chunk.terms)}

    def counts(word: str) -> tuple[int, int, int]:
        row = found[term_id(terms(word)[0])]
        return int(row["body"]), int(row["symbol"]), int(row["comment"])

    assert counts("hot") == (1, 0, 1)
    assert counts("heat") == (1, 0, 0)
    assert counts("bake")[1] > 0
    assert counts("oven")[1] > 0
