"""Functions of Go take turns with what they were before the last change, and the stacks of their
tests' run are seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.profilers import compare, go
from workers.profilers.base import Wanted
from workers.runners.reproducers.go import belongs
from workers.sandbox import open_sandbox

QUICK = """package names

import "strings"

// Joined puts commas between names.
func Joined(text string) string { return strings.Join(strings.Fields(text), ", ") }

// Upper writes names large.
func Upper(text string) string { return strings.ToUpper(text) }
"""
SLOW = QUICK.replace(
    '{ return strings.Join(strings.Fields(text), ", ") }',
    '{\n\tmade := ""\n\tfor at, each := range strings.Fields(strings.Repeat(text, 50)) {\n'
    "\t\tif at > 0 {\n\t\t\tmade += each\n\t\t}\n\t}\n\treturn made\n}",
)
TEST = """package names

import (
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	for n := 0; n < 100; n++ {
		Joined(strings.Repeat("ada ", 50))
	}
}
"""


async def test_what_the_last_change_made_slower_is_shown_by_a_test_and_nothing_else_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(go, "_TURNS", 1)
    code = tmp_path / "code"
    code.mkdir()
    (code / "go.mod").write_text("module example.com/names\n\ngo 1.21\n")
    (code / "inner").mkdir()
    (code / "inner/names.go").write_text(SLOW)
    (code / "inner/names_test.go").write_text(TEST)
    paths = ["go.mod", "inner/names.go", "inner/names_test.go"]
    wanted = Wanted(code, paths, go.targets(code, paths), {"inner/names.go": QUICK}, 60.0)
    sandbox = await open_sandbox(tmp_path / "scratch")
    assert sandbox is not None
    async with sandbox.workspace(code) as workspace:
        found = await go.profile(workspace, wanted, lambda _: None)
    assert found.compared == 2
    assert [each.target.symbol for each in found.slower] == ["Joined"]
    (slower,) = found.slower
    assert slower.low > compare.SLOWER
    assert belongs(slower.reproducer) == "inner"
    assert "\t\tnames.Joined(" in slower.reproducer
    assert any(way.endswith("names.go:Joined") for way in found.stacks), found.stacks
