"""Calls that certainly fail, and all those of which it is not certain."""

from __future__ import annotations

import pytest

from workers.changes.callables.python import imports, is_gone, misfits

BEFORE = "def total(prices, tax=0):\n    return sum(prices) + tax\n"
AFTER = "def total(prices, tax, *, round_to):\n    return sum(prices) + tax\n"
IMPORT = "from shop import total\n"


def why(caller: str, before: str = BEFORE, after: str = AFTER, module: str = "shop") -> list[str]:
    return [each.why for each in misfits("total", module, before, after, caller)]


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
    assert is_gone("total", BEFORE, "x = 1\n")
    for after in (
        BEFORE,
        "from new import total\n",
        "from new import *\n",
        "total = 1\n",
        "def __getattr__(name):\n    return 1\n",
        "globals()['total'] = 1\n",
    ):
        assert not is_gone("total", BEFORE, after), after


def test_imports_at_the_top_are_found() -> None:
    assert imports("total", "..shop", "import os\nfrom ..shop import a, total as t\n") == [2]
    guarded = "try:\n    from shop import total\nexcept ImportError:\n    total = None\n"
    assert imports("total", "shop", guarded) == []
