"""What names mean, in each family of languages."""

from __future__ import annotations

import pytest

from tests.workers.graph.other_languages import OTHERS
from tests.workers.graph.trees import Repository

PYTHON = {
    "src/shop/__init__.py": "from .cart import Cart as Basket\nfrom . import tax\n",
    "src/shop/tax.py": "RATE = 0.2\n\ndef rate():\n    return RATE\n",
    "src/shop/base.py": """
        class Base:
            def total(self):
                return self.items()

            def items(self):
                return []
        """,
    "src/shop/cart.py": """
        from . import tax
        from .base import Base

        class Cart(Base):
            def __init__(self, owner: "Owner"):
                self.owner = owner

            def total(self):
                return super().total() * tax.rate()

            def items(self):
                return self.owner.wishes()

        class Owner:
            def wishes(self):
                total = 1
                return total

        def made(total) -> Cart:
            return total
        """,
    "tests/test_cart.py": """
        import shop
        from shop import Basket, tax as t
        from shop.cart import made

        def test_total(items):
            cart = Basket(None)
            cart.total()
            made(1).items()
            shop.tax.rate()
            t.RATE
            items.total()
            json.total()
        """,
}


@pytest.fixture(scope="module")
def shop() -> Repository:
    return Repository(**PYTHON)


@pytest.mark.parametrize(
    ("path", "at", "name", "meant"),
    [
        ("src/shop/tax.py", "return RATE", "RATE", ["src/shop/tax.py:1"]),
        ("src/shop/base.py", "self.items()", "items", ["src/shop/base.py:5"]),
        ("src/shop/cart.py", "class Cart", "Base", ["src/shop/base.py:1"]),
        ("src/shop/cart.py", "super().total", "total", ["src/shop/base.py:2"]),
        ("src/shop/cart.py", "super().total", "rate", ["src/shop/tax.py:3"]),
        ("src/shop/cart.py", "self.owner.wishes", "wishes", ["src/shop/cart.py:15"]),
        ("src/shop/cart.py", "self.owner.wishes", "owner", ["src/shop/cart.py:6"]),
        ("src/shop/cart.py", "return total", "total", []),
        ("tests/test_cart.py", "cart.total()", "total", ["src/shop/cart.py:8"]),
        ("tests/test_cart.py", "Basket(None)", "Basket", ["src/shop/cart.py:4"]),
        ("tests/test_cart.py", "made(1)", "items", ["src/shop/cart.py:11"]),
        ("tests/test_cart.py", "shop.tax.rate", "rate", ["src/shop/tax.py:3"]),
        ("tests/test_cart.py", "shop.tax.rate", "tax", ["src/shop/tax.py"]),
        ("tests/test_cart.py", "t.RATE", "RATE", ["src/shop/tax.py:1"]),
        ("tests/test_cart.py", "from shop import", "Basket", ["src/shop/cart.py:4"]),
        ("tests/test_cart.py", "items.total", "items", []),
    ],
)  # fmt: skip
def test_python(shop: Repository, path: str, at: str, name: str, meant: list[str]) -> None:
    assert shop.meant(path, at, name) == meant


def test_a_method_of_something_unknown_may_be_any_of_that_name(shop: Repository) -> None:
    guessed = ["src/shop/base.py:2?", "src/shop/cart.py:8?"]
    assert shop.meant("tests/test_cart.py", "items.total()", "total") == guessed


TYPESCRIPT = {
    "package.json": '{"name": "@shop/core", "main": "src/index.js"}',
    "tsconfig.json": '{"compilerOptions": {"paths": {"~/*": ["./src/*"]}}}  // so it is',
    "src/index.ts": "export { Cart as Basket } from './cart.js';\nexport * from './tax';\n",
    "src/tax.ts": "export const rate = () => 0.2;\nexport default function table() {}\n",
    "src/cart.ts": """
        import taxes, { rate } from '~/tax';
        import * as tax from './tax';
        import type { Listed } from './listed';

        export class Cart implements Listed {
          private owner: Owner;
          total(): number {
            this.owner.wishes();
            return rate() * tax.rate() * taxes();
          }
        }
        class Owner { wishes() {} }
        """,
    "src/listed/index.ts": "export interface Listed { size: number }\n",
    "test/cart.test.tsx": """
        import { Basket, rate } from '@shop/core';
        const cart = new Basket();
        it('sums', () => { cart.total(); rate(); });
        function sized(listed: Basket) { return listed.total(); }
        """,
}


@pytest.mark.parametrize(
    ("path", "at", "name", "meant"),
    [
        ("src/cart.ts", "class Cart", "Listed", ["src/listed/index.ts:1"]),
        ("src/cart.ts", "this.owner", "wishes", ["src/cart.ts:12"]),
        ("src/cart.ts", "this.owner", "owner", ["src/cart.ts:6"]),
        ("src/cart.ts", "return rate", "rate", ["src/tax.ts:1"]),
        ("src/cart.ts", "return rate", "taxes", ["src/tax.ts:2"]),
        ("test/cart.test.tsx", "new Basket", "Basket", ["src/cart.ts:5"]),
        ("test/cart.test.tsx", "it('sums'", "total", ["src/cart.ts:7"]),
        ("test/cart.test.tsx", "it('sums'", "rate", ["src/tax.ts:1"]),
        ("test/cart.test.tsx", "function sized", "total", ["src/cart.ts:7"]),
    ],
)
def test_typescript(path: str, at: str, name: str, meant: list[str]) -> None:
    assert Repository(**TYPESCRIPT).meant(path, at, name) == meant


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_follows_its_imports_and_types(language: str) -> None:
    files, expected = OTHERS[language]
    repository = Repository(**files)
    found = {
        (path, at, name): (repository.meant(path, at, name) or ["nothing"])[0].rstrip("?")
        for path, at, name, _ in expected
    }
    assert found == {(path, at, name): meant for path, at, name, meant in expected}


def test_what_is_returned_or_entered_has_the_type_that_it_was_made_of() -> None:
    text = """
        class Session:
            def get(self):
                return Answer()

        class Answer:
            def read(self): ...

        def get(url):
            with Session() as session:
                return session.get()

        def main():
            got = get("a")
            got.read()
        """
    repository = Repository(**{"api.py": text})
    assert repository.meant("api.py", "return session.get", "get") == ["api.py:2"]
    assert repository.meant("api.py", "got.read", "read") == ["api.py:6"]
