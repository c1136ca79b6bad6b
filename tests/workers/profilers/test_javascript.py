"""Functions of TypeScript take turns with what they were before the last change, and the stacks of
their tests' run are seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.profilers import compare, typescript
from workers.profilers.base import Wanted
from workers.profilers.ecmascript import measuring
from workers.sandbox import open_sandbox

QUICK = """export function joined(text: string) {
  return text.split(" ").join(", ");
}

export function upper(text: string) {
  return text.toUpperCase();
}
"""
SLOW = QUICK.replace(
    'return text.split(" ").join(", ");',
    'let made = "";\n  for (let at = 0; at < 40; at++) made = text.split(" ").join(", ");\n'
    "  return made;",
)
TEST = """import { expect, test } from "vitest";
import { joined, upper } from "./names";

test("names", () => {
  expect(upper("ada grace")).toBe("ADA GRACE");
  for (let at = 0; at < 10_000; at++) joined(`ada grace barbara ${at}`);
});
"""


async def test_what_the_last_change_made_slower_is_shown_by_a_test_and_nothing_else_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "_TURNS", 1)
    code = tmp_path / "code"
    code.mkdir()
    (code / "names.ts").write_text(SLOW)
    (code / "names.test.ts").write_text(TEST)
    paths = ["names.ts", "names.test.ts"]
    targets = typescript.targets(code, paths)
    wanted = Wanted(code, paths, targets, {"names.ts": QUICK}, 60.0)
    sandbox = await open_sandbox(tmp_path / "scratch")
    assert sandbox is not None
    log: list[str] = []
    async with sandbox.workspace(code) as workspace:
        found = await typescript.profile(workspace, wanted, log.append)
    assert found.compared == 2, log
    assert [each.target.symbol for each in found.slower] == ["joined"], log
    (slower,) = found.slower
    assert slower.low > compare.SLOWER
    assert "loaded.joined(" in slower.reproducer
    assert any(way.endswith("names.ts:joined") for way in found.stacks), found.stacks
