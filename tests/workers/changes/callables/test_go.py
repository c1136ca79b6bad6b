"""Calls in Go that are not compiled, and all those of which it is not certain."""

from __future__ import annotations

import pytest

from workers.changes.callables.base import Caller, Home
from workers.changes.callables.go import called, imports, is_gone, misfits

BEFORE = "package cart\n\nfunc Total(prices []int) int { return 1 }\n"
AFTER = BEFORE.replace("[]int)", "[]int, tax int)")
IMPORT = 'package till\n\nimport "shop.test/cart"\n\n'
LACKS = ["it does not give `tax`"]


def why(caller: str, after: str = AFTER, before: str = BEFORE) -> list[str]:
    made = Caller("go", "shop.test/cart" if "shop.test" in caller else "", caller)
    return [each.why for each in misfits("Total", Home("go", before, after), made)]


@pytest.mark.parametrize(
    "caller",
    [
        IMPORT + "func pay() int { return cart.Total(nil) }\n",
        IMPORT.replace('"shop', 'sums "shop') + "func pay() int { return sums.Total(nil) }\n",
        "package cart\n\nfunc pay() int { return Total(nil) }\n",
    ],
)
def test_a_call_that_lacks_an_argument_is_found(caller: str) -> None:
    assert why(caller) == LACKS


def test_a_call_with_too_many_arguments_is_found() -> None:
    caller = "package cart\n\nfunc pay() int { return Total(nil, 2) }\n"
    assert why(caller, BEFORE, AFTER) == ["it gives 2 arguments, and 1 is taken"]
    assert why(caller) == []


@pytest.mark.parametrize(
    "caller",
    [
        IMPORT + "func pay() int { return cart.Total(prices()) }\n",
        IMPORT + "func pay() int { return cart.Total(all...) }\n",
        IMPORT + "func pay(cart Cart) int { return cart.Total(nil) }\n",
        IMPORT + "func pay() int { cart := new(); return cart.Total(nil) }\n",
        IMPORT + "func pay() int { for cart := range x { cart.Total(nil) } }\n",
        IMPORT + "func pay(c Cart) int { return c.Total(nil) }\n",
        IMPORT.replace('"shop', '. "shop') + "func pay() int { return Total(nil) }\n",
        "//go:build ignore\n\n" + IMPORT + "func pay() int { return cart.Total(nil) }\n",
        "package cart_test\n\nfunc pay() int { return Total(nil) }\n",
        "package cart\n\nfunc pay(Total Sum) int { return Total(nil) }\n",
        'package cart\n\nimport . "x"\n\nfunc pay() int { return Total(nil) }\n',
        "package cart\n\nfunc pay() int { return Total(nil }\n",
    ],
)
def test_what_is_not_certain_is_not_told(caller: str) -> None:
    assert why(caller) == []


@pytest.mark.parametrize(
    "after",
    [
        AFTER.replace("tax int", "tax ...int"),
        "//go:build linux\n\n" + AFTER,
        AFTER.replace("func Total", "func (c Cart) Total"),
        "package cart\n\nvar Total = func(prices []int, tax int) int { return 1 }\n",
    ],
)
def test_a_definition_that_may_be_something_else_accuses_nobody(after: str) -> None:
    assert why(IMPORT + "func pay() int { return cart.Total(nil) }\n", after) == []


def test_parameters_of_one_type_and_without_names_are_counted() -> None:
    before = "package cart\n\nfunc Total(a, b int, _ string) int { return 1 }\n"
    after = "package cart\n\nfunc Total(int, int) int { return 1 }\n"
    caller = IMPORT + 'func pay() int { return cart.Total(1, 2, "x") }\n'
    assert why(caller, after, before) == ["it gives 3 arguments, and 2 are taken"]


def test_what_runs_by_itself_is_not_called() -> None:
    assert [called(name) for name in ("init", "main", "Cart.Total", "Total")] == [
        "",
        "",
        "",
        "Total",
    ]


def test_a_name_is_gone_when_nothing_has_it() -> None:
    assert is_gone("Total", Home("go", BEFORE, "package cart\n"))
    for after in (
        BEFORE,
        "package cart\n\nvar Total = sum\n",
        "package cart\n\nconst (\n\tA, Total = 1, 2\n)\n",
        "package cart\n\ntype Total int\n",
        "//go:build linux\n\npackage cart\n",
    ):
        assert not is_gone("Total", Home("go", BEFORE, after)), after


def test_the_first_use_of_what_is_gone_is_found() -> None:
    home = Home("go", BEFORE, "package cart\n")
    caller = IMPORT + "var f = cart.Total\n\nvar g = cart.Total(nil)\n"
    assert imports("Total", home, Caller("go", "shop.test/cart", caller)) == [5]
    own = "package cart\n\nvar f = Total\n"
    assert imports("Total", home, Caller("go", "", own)) == [3]
    other = "package cart\n\ntype T struct{ Total int }\n\nvar f = T{Total: 1}.Total\n"
    assert imports("Total", home, Caller("go", "", other)) == []
