"""Edits of Go and JavaScript undo usual mistakes at the lines that are suspected, and nowhere
else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.languages.syntax import syntax
from workers.repairs import REPAIRS

GO = (
    b"package cart\n\n"
    b"func First(names []string, most int) (string, error) {\n"
    b"\tif most >= 1 && len(names) > 0 {\n"
    b"\t\treturn names[0], nil\n"
    b"\t}\n"
    b'\treturn pick("", most), nil\n'
    b"}\n"
)
SCRIPT = (
    b"export function first(names, most) {\n"
    b"  if (most >= 1) return names[0].trim()\n"
    b"  return most ? pick(names, most) : true\n"
    b"}\n"
)


def made(language: str, raw: bytes, *lines: int) -> dict[str, set[str]]:
    """What lines become, by what is done."""
    found: dict[str, set[str]] = {}
    for edit in REPAIRS[language].edits(raw, dict.fromkeys(lines, 1.0)):
        after = edit.applied(raw).decode().splitlines()
        before = raw.decode().splitlines()
        found.setdefault(edit.kind, set()).update(
            line.strip() for line in after if line not in before
        )
    return found


def test_go_is_mended_by_usual_edits() -> None:
    found = made("go", GO, 4)
    assert "if most > 1 && len(names) > 0 {" in found["compare otherwise"]
    assert "if most >= 1 || len(names) > 0 {" in found["and instead of or, or one of the two"]
    assert "if !(most >= 1 && len(names) > 0) {" in found["the condition the other way round"]
    assert 'return "", nil' in found["a guard before it is used"]
    assert "if len(names) == 0 {" in found["a guard before it is used"]
    assert made("go", GO, 7)["arguments the other way round"] == {'return pick(most, ""), nil'}


@pytest.mark.parametrize("language", ["javascript", "typescript"])
def test_scripts_are_mended_by_usual_edits(language: str) -> None:
    found = made(language, SCRIPT, 2)
    assert "if (!(most >= 1)) return names[0].trim()" in found["the condition the other way round"]
    assert "if (most >= 1) return names[0]?.trim()" in found["ask for it with care"]
    found = made(language, SCRIPT, 3)
    assert "return most ? pick(names, most) : false" in found["the other truth"]
    assert "if (!names) return null;" in found["a guard before it is used"]
    default = found["a default for what is left out"]
    assert "export function first(names = {}, most) {" in default


@pytest.mark.parametrize(
    ("language", "raw", "line", "header"), [("go", GO, 7, 3), ("javascript", SCRIPT, 3, 1)]
)
def test_but_for_the_header_other_lines_stay_as_they_are(
    language: str, raw: bytes, line: int, header: int
) -> None:
    assert REPAIRS[language].edits(raw, {}) == []
    assert {edit.line for edit in REPAIRS[language].edits(raw, {line: 1.0})} <= {line, header}


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_what_cannot_be_parsed_is_left_alone(raw: bytes) -> None:
    for language in ("go", "javascript", "typescript"):
        edits = REPAIRS[language].edits(raw, dict.fromkeys(range(1, 9), 1.0))
        assert syntax(language, raw) is not None or edits == []
