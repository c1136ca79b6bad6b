"""Functions of Go are fed to its own fuzzer: what no caller wants is reported."""

from __future__ import annotations

import pytest

from core.db.connect import Database
from core.settings import Settings
from tests.thinking import thinking
from workers.sandbox import Limits, go
from workers.thoughts import fuzz

SIZES = """// Package sizes reads sizes as people write them.
package sizes

import (
	"errors"
	"strconv"
	"strings"
)

// Parse reads a size, as in 12k.
func Parse(text string) (int, error) {
	number, unit, _ := strings.Cut(text, "*")
	size, err := strconv.Atoi(number)
	if err != nil {
		return 0, errors.New("no size")
	}
	if strings.Contains(text, "*") {
		return size / len(unit), nil
	}
	return size, nil
}
"""
FILES = {
    "go.mod": "module example.com/shop\n\ngo 1.21\n",
    "sizes/sizes.go": SIZES,
    "sizes/sizes_test.go": (
        'package sizes\n\nimport "testing"\n\nfunc TestParse(t *testing.T) {\n'
        '\tif _, err := Parse("12*ab"); err != nil {\n\t\tt.Fatal(err)\n\t}\n}\n'
    ),
}


async def test_what_no_caller_wants_is_reported_with_a_test_of_go(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzz, "_SECONDS", 1.0)
    monkeypatch.setattr(fuzz, "_SHORTEST", 1.0)
    async with thinking(settings, database, FILES) as made:
        (run,) = await made.think("fuzz")
        assert run.status == "done", run.problem
        assert run.metrics["functions_fuzzed"] == 1
        (found,) = await made.findings()
        assert (found.rule, found.evidence) == ("crash/integer-divide-by-zero", "reproduced")
        assert (found.path, found.symbol, found.start_line) == ("sizes/sizes.go", "Parse", 18)
        assert found.reproducer is not None
        made.checkout.write("sizes/reproducer_test.go", found.reproducer)
        made.checkout.write("sizes/sizes.go", SIZES.replace("len(unit)", "max(1, len(unit))"))
        assert made.engine.sandbox is not None
        async with made.engine.sandbox.workspace(made.checkout.path) as workspace:
            ran = await (await go(workspace)).run("test", "./...", limits=Limits(60, 60))
        assert ran.ok, ran.stdout
