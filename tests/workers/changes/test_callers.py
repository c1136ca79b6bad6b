"""Callers that a change leaves behind, wherever in the repository they are."""

from __future__ import annotations

from collections.abc import Mapping

from tests.workers.graph.trees import Repository
from workers.changes.callers import broken
from workers.changes.definitions import Compared, changes
from workers.languages import language_of
from workers.languages.definitions import definitions


def left(home: str, before: str, files: Mapping[str, str]) -> set[str]:
    """'path:line' of what does not fit after a change of the file `home`."""
    repository = Repository(**files)
    language = language_of(home, "")
    after = repository.texts[home]
    old, new = definitions(language, before), definitions(language, after)
    assert old is not None
    assert new is not None
    each = Compared(home, language, before, after, old, new)
    found = broken(each, changes(each), repository.graph, lambda path: repository.texts[path])
    return {f"{broke.path}:{broke.line}" for broke in found}


TS_BEFORE = "export function total(prices: number[]) {\n  return 1\n}\n"
TS = {
    "src/cart.ts": "export function total(prices: number[], tax: number) {\n  return 1\n}\n",
    "src/index.ts": "export { total } from './cart'\n",
    "src/till.ts": "import { total } from './cart'\n\ntotal([])\n",
    "src/shop.tsx": "import { total } from '.'\n\ntotal([])\ntotal([], 1)\n",
    "src/other.ts": "import { total } from './sums'\n\ntotal([])\n",
    "src/sums.ts": "export const total = (all: number[]) => 1\n",
}


def test_callers_in_typescript_are_found_through_a_module_that_passes_it_on() -> None:
    assert left("src/cart.ts", TS_BEFORE, TS) == {"src/till.ts:3", "src/shop.tsx:3"}


def test_imports_of_what_a_module_has_no_more_are_found() -> None:
    files = TS | {"src/cart.ts": "export const other = 1\n"}
    assert left("src/cart.ts", TS_BEFORE, files) == {"src/till.ts:1", "src/index.ts:1"}


def test_another_package_may_use_a_version_of_its_own() -> None:
    files = {
        "a/package.json": '{"name": "a", "main": "cart.ts"}',
        "a/cart.ts": TS["src/cart.ts"],
        "b/package.json": '{"name": "b"}',
        "b/till.ts": "import { total } from 'a'\n\ntotal([])\n",
        "a/till.ts": "import { total } from 'a'\n\ntotal([])\n",
    }
    assert left("a/cart.ts", TS_BEFORE, files) == {"a/till.ts:3"}


GO_BEFORE = "package cart\n\nfunc Total(prices []int) int { return 1 }\n"
GO = {
    "go.mod": "module shop.test\n",
    "cart/cart.go": GO_BEFORE.replace("[]int)", "[]int, tax int)"),
    "cart/sum.go": "package cart\n\nvar sum = Total(nil)\n",
    "till.go": 'package main\n\nimport "shop.test/cart"\n\nvar sum = cart.Total(nil)\n',
    "vendor/x/x.go": 'package x\n\nimport "shop.test/cart"\n\nvar sum = cart.Total(nil)\n',
    "tools/go.mod": "module shop.test/tools\n",
    "tools/x.go": 'package tools\n\nimport "shop.test/cart"\n\nvar sum = cart.Total(nil)\n',
}


def test_callers_in_go_are_those_of_the_package_and_of_the_module() -> None:
    assert left("cart/cart.go", GO_BEFORE, GO) == {"cart/sum.go:3", "till.go:5"}


def test_what_another_file_of_the_package_has_too_depends_on_conditions() -> None:
    files = GO | {"cart/cart_linux.go": GO_BEFORE}
    assert left("cart/cart.go", GO_BEFORE, files) == set()
    moved = files | {"cart/cart.go": "package cart\n"}
    assert left("cart/cart.go", GO_BEFORE, moved) == set()


def test_what_a_package_of_go_has_no_more_is_found() -> None:
    files = GO | {"cart/cart.go": "package cart\n"}
    assert left("cart/cart.go", GO_BEFORE, files) == {"cart/sum.go:3", "till.go:5"}
