"""Tests of Go are tables of calls that were made, and say what went wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from workers.explorers import go
from workers.explorers.base import Site
from workers.explorers.golang.calls import Call, calls, cases_of, functions
from workers.explorers.golang.writing import unfolded
from workers.runners import go as runner
from workers.runners.base import Ran
from workers.sandbox import Sandbox, open_sandbox

LABEL = (
    'package cart\n\nimport (\n\t"errors"\n\t"strings"\n)\n\n'
    "// Tidy makes a label.\n"
    "func Tidy(text string) string { return strings.ToLower(strings.TrimSpace(text)) }\n\n"
    "// Mark and Unmark lead back.\n"
    'func Mark(text string) string { return "<" + text + ">" }\n\n'
    "func Unmark(text string) (string, error) {\n"
    '\tif !strings.HasPrefix(text, "<") || !strings.HasSuffix(text, ">") || len(text) < 2 {\n'
    '\t\treturn "", errors.New("no mark")\n\t}\n'
    "\treturn text[1 : len(text)-1], nil\n}\n\n"
    "func Order(one, other string) int { return strings.Compare(one, other) }\n\n"
    "func Same(one string) string { return one }\n"
)
FILES = {
    "go.mod": "module example.org/cart\n\ngo 1.16\n",
    "label.go": LABEL,
    "cart.go": (
        'package cart\n\nimport "errors"\n\n'
        "// Share splits an amount.\n"
        "func Share(amount, people int) (int, error) {\n"
        "\tif people == 0 {\n"
        '\t\treturn 0, errors.New("nobody is there")\n'
        "\t}\n"
        "\treturn amount / people, nil\n"
        "}\n"
    ),
}
HELD = """package cart_test

import (
	"testing"
	"testing/quick"

	"example.org/cart"
)

func TestMark_Unmark(t *testing.T) {
	holds := func(text string) bool {
		made := cart.Mark(text)
		back, err := cart.Unmark(made)
		if err != nil {
			return false
		}
		return back == text
	}
	if err := quick.Check(holds, nil); err != nil {
		t.Error(err)
	}
}
"""
WRITTEN = """package cart_test

import (
	"testing"

	"example.org/cart"
)

func TestShare(t *testing.T) {
	got, err := cart.Share(1, 1)
	if err != nil {
		t.Fatalf("Share: %v", err)
	}
	if got != 1 {
		t.Errorf("Share = %v, want %v", got, 1)
	}
}

func TestShare_Refuses(t *testing.T) {
	if _, err := cart.Share(0, 0); err == nil {
		t.Error("Share: want an error")
	}
}
"""


def cart(folder: Path) -> Site:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    suite = runner.suite(folder, list(FILES))
    assert suite is not None
    return Site(folder, tuple(FILES), suite, "cart.go")


async def test_calls_of_a_package_become_tests_that_pass(tmp_path: Path) -> None:
    site = cart(tmp_path / "code")
    sandbox = await open_sandbox(tmp_path / "scratch")
    assert isinstance(sandbox, Sandbox)
    async with sandbox.workspace(site.folder) as workspace:
        found = await go.explored(workspace, site, Ran((), whole=True), 20)
        assert workspace.read("cart.go") == FILES["cart.go"].encode()
        first = [case for case in found if not case.spare]
        assert go.written(site, first) == WRITTEN
        at = go.tried_at(site)
        ran = await runner.alone(workspace, WRITTEN, 30, trace=("cart.go",), at=at)
    assert at == go.test_path(site, "cases") == "cart_cases_test.go"
    assert [test.verdict for test in ran.tests] == ["passed", "passed"]
    assert {7, 8, 10} <= set(ran.lines["cart.go"])


async def test_what_holds_for_all_values_becomes_a_test(tmp_path: Path) -> None:
    site = replace(cart(tmp_path / "code"), path="label.go")
    sandbox = await open_sandbox(tmp_path / "scratch")
    assert isinstance(sandbox, Sandbox)
    async with sandbox.workspace(site.folder) as workspace:
        found = await go.explored(workspace, site, Ran((), whole=True), 20)
        laws = [each for each in found if each.law]
        text = go.written(site, laws)
        ran = await runner.alone(workspace, text, 60, at=go.tried_at(site))
    told = {each.symbol: each.law.name for each in laws if each.law}
    assert told == {
        "Mark": "round_trip",
        "Tidy": "idempotent",
        "Order": "antisymmetric",
        "Unmark": "total",
        "Same": "total",
    }
    assert go.written(site, [each for each in laws if each.symbol == "Mark"]) == HELD
    assert [test.verdict for test in ran.tests] == ["passed"] * len(laws)


def test_what_the_sandbox_says_is_read_with_care(tmp_path: Path) -> None:
    (made,) = functions(cart(tmp_path))
    some: list[Call] = list(calls(made))
    nil = {"Type": "nil", "Value": "", "Items": None}
    hostile: list[object] = [
        {"Type": "int", "Value": "1}; panic(1); {", "Items": None},
        {"Type": "os.File", "Value": "1", "Items": None},
        {"Type": "[]error", "Value": "", "Items": []},
        7,
    ]
    for value in hostile:
        line = json.dumps({"Id": 0, "Results": [value, nil], "Lines": [[6, 9]]})
        assert cases_of(line.encode(), some, frozenset(), frozenset({6})) == []
    line = json.dumps({"Id": len(some), "Results": [nil, nil], "Lines": []})
    assert cases_of(line.encode(), some, frozenset(), frozenset({6})) == []


def test_what_a_call_is_made_of_comes_before_it() -> None:
    ends = ("if err != nil {", "\tt.Fatal(err)", "}")
    lines, call = unfolded('made(cart.NewBag(pointer(shop))).Add(made(cart.ParseItem("a")))', {"t"})
    assert lines == [
        "shop := shop",
        *("bag, err := cart.NewBag(&shop)", *ends),
        *('item, err := cart.ParseItem("a")', *ends),
    ]
    assert call == "bag.Add(item)"
