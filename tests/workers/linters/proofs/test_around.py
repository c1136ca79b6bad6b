"""What stands around a line of Python."""

from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st

from workers.linters.proofs import around

NESTED = """\
@skip
class A:
    def f(self):
        for x in y:
            match x:
                case 1:
                    g()
        def inner(): h()
"""


def test_the_innermost_statement_and_function_of_a_line_are_found() -> None:
    assert isinstance(around.statement(NESTED, 7), ast.Expr)
    function = around.function(NESTED, 7)
    assert function is not None
    assert function.name == "f"
    assert not around.is_nested(NESTED, 7)
    assert around.is_in_loop(NESTED, 7)
    assert around.is_skipped(NESTED, 7)


def test_a_function_inside_another_is_nested_and_outside_of_its_loops() -> None:
    assert around.is_nested(NESTED, 8)
    assert not around.is_in_loop(NESTED, 8)


def test_errors_from_outside_are_no_reason_to_expect_a_mistake() -> None:
    text = "try:\n    f()\nexcept {}:\n    pass\n"
    assert not around.is_tried(text.format("(KeyError, OSError)"), 2)
    assert around.is_tried(text.format("(KeyError, TypeError)"), 2)
    assert not around.is_tried(text.format("TypeError"), 4)


@given(st.text(max_size=40), st.integers(-1, 5))
def test_any_text_has_an_answer(text: str, row: int) -> None:
    around.is_tried(text, row)
    around.is_gated(text, row)
    around.is_unreachable(text, row)
    around.is_evaluated(text, row, "x")
