"""Calls that certainly fail, and all those of which it is not certain."""

from __future__ import annotations

import pytest

from workers.changes.callables.base import Caller, Home
from workers.changes.callables.python import called, imports, is_gone, misfits

BEFORE = "def total(prices, tax=0):\n    return sum(prices) + tax\n"
AFTER = "def total(prices, tax, *, round_to):\n    return sum(prices) + tax\n"
IMPORT = "from shop import total\n"


def why(caller: str, before: str = BEFORE, after: str = AFTER, module: str = "shop") -> list[str]:
    home = Home("python", before, after)
    return [each.why for each in misfits("total", home, Caller("python", module, caller))]


def test_a_call_that_lacks_an_argument_is_found() -> None:
    assert why(f"{IMPORT}def f():\n    return total([1])\n") == ["it does not give `tax`"]
    assert why(f"{IMPORT}print(total([1], 2))\n") == ["it does not give `round_to`"]


def test_a_call_with_too_many_arguments_is_found() -> None:
    after = "def total(prices):\n    return 1\n"
    assert why(f"{IMPORT}total([], 1)\n", after=after) == [
        "it gives 2 positional arguments, and 1 are taken"
    ]
    assert why(f"{IMPORT}total([], tax=1)\n", after=after) == ["there is no parameter `tax`"]


def test_the_name_that_an_import_gives_is_followed() -> None:
    assert why("from shop import total as t\nt([])\n") == ["it does not give `tax`"]


@pytest.mark.parametrize(
    "caller",
    [
        f"{IMPORT}total(*prices)\n",
        f"{IMPORT}total([], **options)\n",
        f"{IMPORT}total([], 1, round_to=2)\n",
        f"{IMPORT}try:\n    total([])\nexcept TypeError:\n    pass\n",
        f"{IMPORT}with pytest.raises(TypeError):\n    total([])\n",
        f"{IMPORT}if sys.version_info < (3,):\n    total([])\n",
        f"{IMPORT}total = print\ntotal([])\n",
        f"{IMPORT}def f(total):\n    total([])\n",
        "from elsewhere import total\ntotal([])\n",
        "try:\n    from shop import total\nexcept ImportError:\n    pass\ntotal([])\n",
        "def broken(:\n",
    ],
)
def test_what_is_not_certain_is_not_told(caller: str) -> None:
    assert why(caller) == []


@pytest.mark.parametrize(
    "after",
    [
        f"@cached\n{AFTER}",
        f"if fast:\n    {AFTER.replace(chr(10), chr(10) + '    ')}",
        f"{AFTER}\ntotal = wrap(total)\n",
        f"{AFTER}\n{BEFORE}",
        "def total(prices, *rest, **options):\n    return 1\n",
    ],
)
def test_a_definition_that_may_be_something_else_accuses_nobody(after: str) -> None:
    assert why(f"{IMPORT}total([])\n", after=after) == []


def test_a_call_that_never_fitted_is_no_news() -> None:
    assert why(f"{IMPORT}total()\n") == []


def test_a_name_is_gone_when_nothing_may_bind_it() -> None:
    assert is_gone("total", Home("python", BEFORE, "x = 1\n"))
    for after in (
        BEFORE,
        "from new import total\n",
        "from new import *\n",
        "total = 1\n",
        "def __getattr__(name):\n    return 1\n",
        "globals()['total'] = 1\n",
    ):
        assert not is_gone("total", Home("python", BEFORE, after)), after


def lines(module: str, caller: str) -> list[int]:
    return imports("total", Home("python", BEFORE, ""), Caller("python", module, caller))


def test_imports_at_the_top_are_found() -> None:
    assert lines("..shop", "import os\nfrom ..shop import a, total as t\n") == [2]
    assert lines("shop", "try:\n    from shop import total\nexcept ImportError:\n    pass\n") == []


CLASS = "class Cart:\n    def __init__(self, owner):\n        self.owner = owner\n"


def made(after: str, caller: str = "Cart(1)\n", before: str = CLASS) -> list[str]:
    home = Home("python", before, after)
    text = f"from shop import Cart\n{caller}"
    return [each.why for each in misfits("Cart", home, Caller("python", "shop", text))]


def test_a_constructor_is_called_by_its_class() -> None:
    assert called("Cart.__init__") == "Cart"
    assert not called("Cart.total")
    after = CLASS.replace("owner)", "owner, tax)")
    assert made(after) == ["it does not give `tax`"]
    assert made(after, "Cart(1, tax=2)\n") == []


@pytest.mark.parametrize(
    "after",
    [
        CLASS.replace("owner)", "owner, tax)").replace("Cart", "Cart(Base)"),
        CLASS.replace("owner)", "owner, tax)").replace("Cart", "Cart(metaclass=Meta)"),
        "@dataclass\n" + CLASS.replace("owner)", "owner, tax)"),
        CLASS.replace("owner)", "owner, tax)")
        + "    def __new__(cls, owner):\n        return owner\n",
        CLASS.replace("owner)", "owner, tax=1)"),
        CLASS.replace("self, owner)", "*args)"),
    ],
)
def test_a_class_in_which_others_have_a_say_accuses_nobody(after: str) -> None:
    assert made(after) == []
