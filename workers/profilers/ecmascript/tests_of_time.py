"""A test that stands alone, in which a file's function and what it was before take turns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from workers.fuzzers.ecmascript.reproducer import Called

_TEXT = """// {symbol} takes longer than before its last change.
//
// It fails at this commit, and passes once mended. Run it at the repository's root:
// {how}
// Both versions take turns within one process: no machine's speed counts, and no other load.
import {{ rmSync, writeFileSync }} from "node:fs";
{imports}

// The file as it was before the change.
const before = {before};
const TIMES = {times};
const PAIRS = 21;

function calls({{ loaded }}) {{
{calls}
}}

function spent(versions) {{
  const began = process.cpuUsage();
  for (let at = 0; at < TIMES; at += 1) globalThis.kept = calls(versions);
  const {{ user, system }} = process.cpuUsage(began);
  return user + system;
}}

test({title}, {{ timeout: 60_000 }}, async () => {{
  const [now, earlier] = [{now}, {earlier}].map((path) => new URL(path, import.meta.url));
  writeFileSync(earlier, before);
  try {{
    const versions = [];
    for (const each of [now, earlier]) versions.push({{ loaded: await import(each.href) }});
    const ratios = [];
    // What an engine makes of a function in its first rounds is not what stays.
    for (let at = -4; at < PAIRS; at += 1) {{
      const first = Math.abs(at % 2);
      const taken = [];
      for (const which of [first, 1 - first]) taken[which] = spent(versions[which]);
      if (at >= 0) ratios.push(taken[0] / taken[1]);
    }}
    ratios.sort((one, other) => one - other);
    // So many of so many pairs hold the median between them in 97 % of all runs.
    const [low, middle, high] = [ratios[5], ratios[10], ratios[15]].map((each) => each.toFixed(2));
    const told = `it takes ${{middle}} times as long as before (${{low}} to ${{high}})`;
    {check};
  }} finally {{
    rmSync(earlier, {{ force: true }});
  }}
}});
"""
_NODE = 'import assert from "node:assert/strict";\nimport test from "node:test";'
_VITEST = 'import { expect, test } from "vitest";'
_ASSERTED = "assert.ok(Number(low) < {bound}, told)"
_EXPECTED = "expect(Number(low), told).toBeLessThan({bound})"
_LARGEST = 100_000
_MOST_CALLS = 10


def slower(
    called: Called, cases: Sequence[Sequence[Any]], before: str, *, times: int, bound: float
) -> str:
    """`before` is the whole file as it was; `times` of the calls with packed arguments are a round;
    where the low end of the ratio's interval reaches `bound` it fails. '' where the file is too
    large for a test that somebody reads."""
    if len(before) > _LARGEST:
        return ""
    path = PurePosixPath(called.path)
    earlier = path.with_name(f"{path.stem}.ponder-before{path.suffix}")
    ending = "ts" if called.typed else "mjs"
    run = "node --test" if called.plain else "npx vitest run"
    lines = [f"  {_call(called, each)};" for each in cases[:_MOST_CALLS]]
    check = _ASSERTED if called.plain else _EXPECTED
    return _TEXT.format(
        symbol=called.symbol,
        how=f"{run} reproducer.test.{ending}",
        imports=_NODE if called.plain else _VITEST,
        before=json.dumps(before),
        times=times,
        calls="\n".join([*lines[:-1], f"  return {lines[-1].strip()}"]),
        title=json.dumps(f"{called.symbol} is not slower than before"),
        now=json.dumps(f"./{path}"),
        earlier=json.dumps(f"./{earlier}"),
        check=check.format(bound=f"{bound:.2f}"),
    )


def _call(called: Called, case: Sequence[Any]) -> str:
    """A call through the module that was loaded, whichever of the two it is."""
    first = called.symbol.partition(".")[0]
    start = {
        "named": f"loaded.{first}",
        "default": "loaded.default",
        "member": f"loaded.default.{first}",
    }[called.way]
    return called.call(case, start)
