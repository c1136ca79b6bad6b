"""Calls in JavaScript and TypeScript that do not fit, and all those of which it is not certain."""

from __future__ import annotations

import pytest

from workers.changes.callables.base import Caller, Home
from workers.changes.callables.ecmascript import called, imports, is_gone, misfits

BEFORE = "export function total(prices: number[]): number {\n  return 1\n}\n"
AFTER = BEFORE.replace("number[])", "number[], tax: number)")
IMPORT = "import { total } from './cart'\n"
LACKS = ["it does not give `tax`"]


def why(
    caller: str,
    after: str = AFTER,
    before: str = BEFORE,
    *,
    name: str = "total",
    home: str = "typescript",
    language: str = "typescript",
) -> list[str]:
    made = Caller(language, "./cart" if "./cart" in caller else "", caller)
    return [each.why for each in misfits(name, Home(home, before, after), made)]


def test_a_call_that_lacks_an_argument_is_found() -> None:
    assert why(f"{IMPORT}export const pay = () => total([1])\n") == LACKS
    assert why(f"{IMPORT}total([1], 2)\n") == []


def test_a_call_with_too_many_arguments_is_found() -> None:
    assert why(f"{IMPORT}total([1], 2)\n", BEFORE, AFTER) == [
        "it gives 2 arguments, and 1 is taken"
    ]


@pytest.mark.parametrize(
    "caller",
    [
        "import { total as sum } from './cart'\nsum([])\n",
        "import * as cart from './cart'\ncart.total([])\n",
        "const { total } = require('./cart')\ntotal([])\n",
        "const { total: sum } = require('./cart')\nsum([])\n",
        "const cart = require('./cart')\ncart.total([])\n",
        f"{IMPORT}total<number>([])\n",
    ],
)
def test_the_name_that_an_import_gives_is_followed(caller: str) -> None:
    assert why(caller) == LACKS


@pytest.mark.parametrize(
    "after",
    [
        "export default function total(prices, { tax }) {}\n",
        "function total(prices, { tax }) {}\nexport default total\n",
        "const total = (prices, { tax }) => 1\nmodule.exports = total\n",
    ],
)
def test_what_a_module_is_by_itself_is_followed(after: str) -> None:
    before = after.replace(", { tax }", "")
    caller = "import total from './cart'\ntotal([])\n"
    found = why(caller, after, before, home="javascript", language="javascript")
    assert found == ["it gives 1 of 2 arguments"]


def test_functions_that_are_only_exported_are_known() -> None:
    after = "exports.total = function (prices, tax) {\n  return tax.of(prices)\n}\n"
    before = "exports.total = function (prices) {}\n"
    caller = "const { total } = require('./cart')\ntotal([])\n"
    assert why(caller, after, before, home="javascript", language="javascript") == LACKS


@pytest.mark.parametrize(
    "caller",
    [
        f"{IMPORT}total(...prices)\n",
        f"{IMPORT}try {{ total([]) }} catch {{ }}\n",
        f"{IMPORT}expect(() => total([])).toThrow()\n",
        f"{IMPORT}// @ts-expect-error\ntotal([])\n",
        f"// @ts-nocheck\n{IMPORT}total([])\n",
        f"{IMPORT}vi.mock('./cart')\ntotal([])\n",
        f"{IMPORT}if (total.length === 1) total([])\n",
        f"{IMPORT}function f(total: any) {{ total([]) }}\n",
        f"{IMPORT}cart.total([])\n",
        f"{IMPORT}new Cart().total([])\n",
        f"{IMPORT}const {{ total }} = other\ntotal([])\n",
        "import { total } from './other'\nimport { x } from './cart'\ntotal([])\n",
        f"{IMPORT}total([]",
    ],
)
def test_what_is_not_certain_is_not_told(caller: str) -> None:
    assert why(caller) == []


@pytest.mark.parametrize(
    "after",
    [
        AFTER.replace("tax:", "tax?:"),
        AFTER.replace("tax: number", "tax = 0"),
        AFTER.replace("tax: number", "...tax: number[]"),
        AFTER.replace("tax: number", "tax: void"),
        AFTER.replace("total(", "total<T>(").replace("tax: number", "tax: T"),
        f"export function total(prices: number[]): number\n{AFTER}",
        AFTER.replace("return 1", "return arguments.length"),
        f"{AFTER}total = wrap(total)\n",
        "export const total: Sum = (prices, tax) => 1\n",
        "export const total = memo((prices: number[], tax: number) => 1)\n",
        "export class Cart { total(prices: number[], tax: number) {} }\n",
        AFTER.replace("export ", ""),
        f"{AFTER.replace('export ', '')}export {{ other as total }}\n",
    ],
)
def test_a_definition_that_may_be_something_else_accuses_nobody(after: str) -> None:
    assert why(f"{IMPORT}total([])\n", after) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("return tax.of(prices)", LACKS),
        ("const { rate } = tax\n  return rate", LACKS),
        ("const rate = (1 + tax[0]) * 2\n  return rate", LACKS),
        ("log(prices)\n  return { a: tax() }", LACKS),
        ("return tax", []),
        ("return prices * tax", []),
        ("return tax?.of(prices)", []),
        ("return tax && tax.of(prices)", []),
        ("return prices && tax.of(prices)", []),
        ("if (!tax) return 1\n  return tax.of(prices)", []),
        ("if (!prices) return 1\n  return tax.of(prices)", []),
        ("tax = tax || none\n  return tax.of(prices)", []),
        ("return prices.map(() => tax.of(prices))", []),
        ("return prices?.sum(tax.rate)", []),
    ],
)
def test_what_no_compiler_looks_at_fails_where_undefined_is_taken_apart(
    body: str, found: list[str]
) -> None:
    after = f"export function total(prices, tax) {{\n  {body}\n}}\n"
    before = after.replace(", tax", "")
    home = {"home": "javascript", "language": "javascript"}
    assert why(f"{IMPORT}total([])\n", after, before, **home) == found


def test_what_is_given_and_not_taken_is_ignored_where_no_compiler_looks() -> None:
    home = Home("javascript", "export const f = (a, b) => 1\n", "export const f = (b) => 1\n")
    text = "import { f } from './cart'\nf(1, 2)\n"
    (found,) = misfits("f", home, Caller("javascript", "./cart", text))
    assert not found.fails
    assert found.why == "it gives 2 arguments, and 1 is taken"


def test_a_constructor_is_called_by_its_class() -> None:
    assert called("Cart.constructor") == "Cart"
    before = "export class Cart {\n  constructor(private owner: string) {}\n}\n"
    after = before.replace("string)", "string, tax: number)")
    caller = "import { Cart } from './cart'\nnew Cart('a')\n"
    assert why(caller, after, before, name="Cart") == LACKS
    twice = after.replace("constructor", "constructor(owner: string)\n  constructor", 1)
    assert why(caller, twice, before, name="Cart") == []


def gone(after: str) -> bool:
    return is_gone("total", Home("typescript", BEFORE, after))


def test_an_export_is_gone_when_nothing_may_export_it() -> None:
    assert gone("export const other = 1\n")
    assert gone("function total() {}\n")
    for after in (
        BEFORE,
        "export { total } from './sums'\n",
        "export * from './sums'\n",
        "export { sum as total }\n",
        "export const { total } = sums\n",
        "export const [total] = sums\n",
        "export type total = number\n",
        "module.exports = sums\n",
        "module.exports = { ...sums }\n",
    ):
        assert not gone(after), after


@pytest.mark.parametrize(
    ("caller", "found"),
    [
        ("import a from 'a'\nimport { b, total as t } from './cart'\n", [2]),
        ("export { total } from './cart'\n", [1]),
        ("const { total } = require('./cart')\n", []),
        ("import * as cart from './cart'\n", []),
        ("// @ts-ignore\nimport { total } from './cart'\n", []),
    ],
)
def test_imports_of_what_is_gone_are_found(caller: str, found: list[int]) -> None:
    home = Home("typescript", BEFORE, "")
    assert imports("total", home, Caller("typescript", "./cart", caller)) == found
