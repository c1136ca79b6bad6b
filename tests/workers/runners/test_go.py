"""Tests of Go are run, their lines are known, and what fails stands alone in a file of its own."""

from __future__ import annotations

from pathlib import Path

from workers.runners import go
from workers.runners.base import Ended, Frame, Suite, Wanted
from workers.runners.golang.layout import suite
from workers.runners.reproducers.go import belongs
from workers.sandbox import Sandbox

FILES = {
    "go.mod": "module example.com/shop\n\ngo 1.21\n",
    "cart.go": (
        "package shop\n\n"
        "// Discount takes a share off.\n"
        "func Discount(total, percent int) int {\n"
        "\tif percent > 100 {\n"
        "\t\treturn 0\n"
        "\t}\n"
        "\treturn total * (100 + percent) / 100\n"
        "}\n"
    ),
    "cart_test.go": (
        'package shop\n\nimport (\n\t"os"\n\t"strings"\n\t"testing"\n)\n\n'
        "func TestDiscount(t *testing.T) {\n"
        "\tfor name, percent := range map[string]int{"
        '"none": 0, "half": 50, "too much": 101} {\n'
        "\t\tt.Run(name, func(t *testing.T) {\n"
        "\t\t\twant := map[int]int{0: 30, 50: 15, 101: 0}[percent]\n"
        "\t\t\tif got := Discount(30, percent); got != want {\n"
        '\t\t\t\tt.Errorf("got %d, want %d", got, want)\n\t\t\t}\n\t\t})\n\t}\n}\n\n'
        "func TestSystem(t *testing.T) {\n"
        '\tif _, err := os.ReadFile("/etc/" + strings.ToLower("SHOP")); err != nil {\n'
        "\t\tt.Fatal(err)\n\t}\n}\n"
    ),
    "stack/stack.go": (
        "package stack\n\ntype Stack struct{ items []int }\n\n"
        "func (s *Stack) Pop() int {\n\treturn s.items[len(s.items)-1]\n}\n"
    ),
    "stack/stack_test.go": (
        'package stack\n\nimport "testing"\n\nfunc TestPop(t *testing.T) {\n'
        "\tif (&Stack{}).Pop() != 0 {\n\t\tt.Fail()\n\t}\n}\n\n"
        "func TestSize(t *testing.T) {\n\tif len((&Stack{}).items) != 0 {\n\t\tt.Fail()\n\t}\n}\n"
    ),
    "other/other_test.go": (
        'package other\n\nimport (\n\t"testing"\n\n\t"nobody.example/has/this"\n)\n\n'
        "func TestIt(t *testing.T) {\n\tthis.Is(t)\n}\n"
    ),
    "vendor/nobody.example/testdata/x.go": "package x\n",
}


async def test_what_fails_is_told_with_its_lines_and_stands_alone(
    sandbox: Sandbox, code: Path
) -> None:
    paths = sorted(FILES)
    found = suite(code, paths)
    assert found is not None
    assert (found.targets, found.roots) == ((".", "other", "stack"), (".",))
    assert found.files == ("cart.go", "stack/stack.go")
    assert found.wants == {"nobody.example/has/this"}
    async with sandbox.workspace(code) as workspace:
        ran = await go.run(workspace, found, Wanted(100, trace=True))
        assert ran.whole
        assert ran.absent == ("nobody.example/has/this",)
        ended = {test.id: test for test in ran.tests}
        assert sorted(name for name, test in ended.items() if test.verdict == "passed") == [
            "cart_test.go::TestDiscount/none",
            "cart_test.go::TestDiscount/too_much",
            "stack/stack_test.go::TestSize",
        ]
        half = ended["cart_test.go::TestDiscount/half"]
        assert (half.kind, half.message) == ("testing.AssertionError", "got 45, want 15")
        assert not go.excuse(found, half)
        assert go.excuse(found, ended["cart_test.go::TestSystem"])
        popped = ended["stack/stack_test.go::TestPop"]
        assert popped.frames[-1] == Frame("stack/stack.go", 6, "Stack.Pop")
        at = [test.id for test in ran.tests].index(half.id)
        assert [line for line, tests in ran.lines["cart.go"].items() if at in tests] == [5, 8]
        assert ran.statements["cart.go"] == {5, 6, 8}
        (text,) = await go.reproducers(workspace, code, found, half)
        assert '"testing"' in text
        assert '"strings"' not in text
        alone = await go.alone(workspace, text, 60)
        assert [test.message for test in alone.of("failed")] == ["got 45, want 15"]


def test_a_reproducer_stays_within_the_repository() -> None:
    assert belongs("// It belongs in the folder stack\n") == "stack"
    assert belongs("// It belongs in the folder ../../etc\n") == "."
    assert belongs("package shop\n") == "."


def test_what_waits_in_a_test_alone_says_nothing() -> None:
    late = Ended("a_test.go::TestIt", "failed", kinds=("testing.Timeout",), hung=True)
    assert go.excuse(Suite((), (), (), ()), late)
