"""A small repository in each further language, and what names in it mean: the path and text of a
line, a name on it, and where that is defined."""

from __future__ import annotations

OTHERS: dict[str, tuple[dict[str, str], list[tuple[str, str, str, str]]]] = {
    "javascript": (
        {
            "lib/tax.js": "exports.rate = function () {};\nmodule.exports = Tax;\n"
            "function Tax() {}",
            "index.js": "const { rate } = require('./lib/tax');\n"
            "const Tax = require('./lib/tax');\n"
            "rate();\nnew Tax();\n",
        },
        [
            ("index.js", "rate();", "rate", "lib/tax.js:1"),
            ("index.js", "new Tax", "Tax", "lib/tax.js:3"),
        ],
    ),
    "go": (
        {
            "go.mod": "module example.com/shop\n",
            "tax/tax.go": "package tax\n\nfunc Rate() float64 { return 0.2 }\n",
            "cart/cart.go": """
                package cart

                import "example.com/shop/tax"

                type Cart struct { owner *Owner }

                func New() *Cart { return &Cart{} }

                func (c *Cart) Total() float64 { return c.owner.Pay() * tax.Rate() }
                """,
            "cart/owner.go": """
                package cart

                type Owner struct{}

                func (o *Owner) Pay() float64 { return New().Total() }
                """,
        },
        [
            ("cart/cart.go", "func (c", "Rate", "tax/tax.go:3"),
            ("cart/cart.go", "func (c", "Pay", "cart/owner.go:5"),
            ("cart/owner.go", "func (o", "New", "cart/cart.go:7"),
            ("cart/owner.go", "func (o", "Total", "cart/cart.go:9"),
        ],
    ),
    "java": (
        {
            "src/main/java/shop/tax/Tax.java": """
                package shop.tax;
                public class Tax { public static int rate() { return 1; } }
                """,
            "src/main/java/shop/Base.java": "package shop;\n"
            "class Base { int items() { return 1; } }",
            "src/main/java/shop/Cart.java": """
                package shop;
                import shop.tax.Tax;
                class Cart extends Base {
                  int total(Cart other) {
                    return items() + other.total(null);
                  }
                  int rate() { return Tax.rate(); }
                }
                """,
        },
        [
            (
                "src/main/java/shop/Cart.java",
                "class Cart",
                "Base",
                "src/main/java/shop/Base.java:2",
            ),
            ("src/main/java/shop/Cart.java", "items()", "items", "src/main/java/shop/Base.java:2"),
            ("src/main/java/shop/Cart.java", "items()", "total", "src/main/java/shop/Cart.java:4"),
            (
                "src/main/java/shop/Cart.java",
                "Tax.rate",
                "rate",
                "src/main/java/shop/tax/Tax.java:2",
            ),
        ],
    ),
    "kotlin": (
        {
            "tax/Tax.kt": "package shop.tax\nfun rate(): Int = 1\nclass Table { fun row() {} }\n",
            "Cart.kt": "package shop\nimport shop.tax.rate\nimport shop.tax.Table as T\n"
            "class Cart(val table: T) {\n  fun total() = rate()\n  fun rows(t: T) = t.row()\n}\n",
        },
        [
            ("Cart.kt", "rate()", "rate", "tax/Tax.kt:2"),
            ("Cart.kt", "t.row", "row", "tax/Tax.kt:3"),
        ],
    ),
    "csharp": (
        {
            "Tax.cs": "namespace Shop.Taxes;\n"
            "public class Tax { public static int Rate() => 1; }\n",
            "Cart.cs": "using Shop.Taxes;\nnamespace Shop;\nclass Cart {\n"
            "  int Total() => Tax.Rate();\n"
            "  int Twice() { var c = new Cart(); return c.Total(); }\n}\n",
        },
        [("Cart.cs", "Tax.Rate", "Rate", "Tax.cs:2"), ("Cart.cs", "Twice", "Total", "Cart.cs:4")],
    ),
    "php": (
        {
            "src/Tax.php": "<?php\nnamespace Shop;\nclass Tax { public function rate() {} }\n",
            "src/Cart.php": """
                <?php
                namespace App;
                use Shop\\Tax as T;
                class Cart {
                  public function total(T $tax) {
                    $other = new T();
                    return $tax->rate();
                  }
                  public function twice() { return $this->total(null); }
                }
                """,
        },
        [
            ("src/Cart.php", "return $tax->", "rate", "src/Tax.php:3"),
            ("src/Cart.php", "new T()", "T", "src/Tax.php:3"),
            ("src/Cart.php", "$this->total", "total", "src/Cart.php:5"),
        ],
    ),
    "rust": (
        {
            "src/lib.rs": "mod tax;\nmod cart;\npub use cart::Cart;\n",
            "src/tax.rs": "pub fn rate() -> f64 { 0.2 }\npub struct Table { pub size: usize }\n",
            "src/cart.rs": """
                use crate::tax::{self, rate as tax_rate, Table};
                pub struct Cart { table: Table }
                impl Cart {
                    pub fn new() -> Self { Cart { table: todo!() } }
                    pub fn total(&self) -> f64 { tax_rate() * tax::rate() }
                }
                fn made() -> f64 { let c = Cart::new(); c.total() }
                """,
        },
        [
            ("src/cart.rs", "pub fn total", "rate", "src/tax.rs:1"),
            ("src/cart.rs", "pub fn total", "tax_rate", "src/tax.rs:1"),
            ("src/cart.rs", "fn made", "new", "src/cart.rs:4"),
            ("src/cart.rs", "fn made", "total", "src/cart.rs:5"),
        ],
    ),
    "ruby": (
        {
            "lib/tax.rb": "class Tax\n  def self.rate\n  end\n  def table\n  end\nend\n",
            "lib/cart.rb": "require_relative 'tax'\nclass Cart\n  def total\n    tax = Tax.new\n"
            "    tax.table\n    items\n  end\n  def items\n  end\nend\n",
        },
        [
            ("lib/cart.rb", "Tax.new", "Tax", "lib/tax.rb:1"),
            ("lib/cart.rb", "tax.table", "table", "lib/tax.rb:4"),
        ],
    ),
    "c": (
        {
            "include/tax.h": "struct table { int rows; };\nint rate(struct table *t);\n",
            "src/tax.c": '#include "tax.h"\nint rate(struct table *t) { return t->rows; }\n',
            "src/main.c": '#include "tax.h"\nint main(void) { return rate(0); }\n',
        },
        [("src/main.c", "int main", "rate", "include/tax.h:2")],
    ),
    "cpp": (
        {
            "cart.hpp": "class Cart {\n public:\n  int total();\n  int items();\n};\n",
            "cart.cpp": '#include "cart.hpp"\nint Cart::total() { return items(); }\n'
            "int Cart::items() { return 1; }\n"
            "int main() { Cart *c = new Cart(); return c->total(); }\n",
        },
        [("cart.cpp", "int main", "Cart", "cart.hpp:1")],
    ),
    "swift": (
        {
            "Sources/Tax.swift": "struct Tax { func rate() -> Int { return 1 } }\n",
            "Sources/Cart.swift": "class Cart {\n  func total(tax: Tax) -> Int {\n"
            "    return tax.rate() + items()\n  }\n  func items() -> Int { return 1 }\n}\n",
        },
        [
            ("Sources/Cart.swift", "tax.rate", "rate", "Sources/Tax.swift:1"),
            ("Sources/Cart.swift", "items()", "items", "Sources/Cart.swift:5"),
        ],
    ),
    "scala": (
        {
            "shop/Tax.scala": "package shop\nobject Tax { def rate(): Int = 1 }\n",
            "app/Cart.scala": "package app\nimport shop.{Tax => T}\nclass Cart {\n"
            "  def total(): Int = T.rate()\n  def twice(c: Cart): Int = c.total()\n}\n",
        },
        [
            ("app/Cart.scala", "T.rate", "rate", "shop/Tax.scala:2"),
            ("app/Cart.scala", "twice", "total", "app/Cart.scala:4"),
        ],
    ),
    "bash": (
        {"lib/tax.sh": "rate() {\n  echo 1\n}\n", "run.sh": "source lib/tax.sh\nrate\n"},
        [("run.sh", "rate", "rate", "lib/tax.sh:1")],
    ),
}
