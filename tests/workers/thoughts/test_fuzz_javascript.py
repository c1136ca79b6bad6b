"""Functions of TypeScript and JavaScript are fed until they break."""

from __future__ import annotations

import pytest

from core.db.connect import Database
from core.settings import Settings
from tests.thinking import thinking
from workers.runners import typescript
from workers.thoughts import fuzz

SIZES = """import { units } from "./units";

/** Reads a size, as in 12*k. */
export function parseSize(text: string): number {
  const [number, unit] = text.split("*");
  if (unit === undefined) return Number(number);
  const found = /^[a-z]*/.exec(unit);
  if (unit.startsWith("+")) return units[found![0]].size;
  return Number(number) * unit.length;
}
"""
FILES = {
    "package.json": '{"name": "shop"}',
    "src/sizes.ts": SIZES,
    "src/units.ts": "export const units: Record<string, { size: number }> = {};\n",
    "src/sizes.test.ts": (
        'import { expect, test } from "vitest";\nimport { parseSize } from "./sizes";\n\n'
        'test("sizes", () => {\n  expect(parseSize("12*ab")).toBe(24);\n});\n'
    ),
}


async def test_what_no_caller_wants_is_reported_with_a_test_of_typescript(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzz, "_SECONDS", 2.0)
    monkeypatch.setattr(fuzz, "_SHORTEST", 2.0)
    async with thinking(settings, database, FILES) as made:
        (run,) = await made.think("fuzz")
        assert run.status == "done", run.problem
        assert run.metrics["functions_fuzzed"] == 1
        (found,) = await made.findings()
        assert (found.rule, found.evidence) == ("crash/TypeError", "reproduced")
        assert (found.path, found.symbol, found.start_line) == ("src/sizes.ts", "parseSize", 8)
        assert found.reproducer is not None
        mended = SIZES.replace("units[found![0]].size", "0")
        made.checkout.write("src/sizes.ts", mended)
        assert made.engine.sandbox is not None
        async with made.engine.sandbox.workspace(made.checkout.path) as workspace:
            ran = await typescript.alone(workspace, found.reproducer, 60.0)
        assert [test.verdict for test in ran.tests] == ["passed"], ran.complaint
