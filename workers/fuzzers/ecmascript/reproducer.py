"""A crash of JavaScript or TypeScript as a test that stands alone."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_NODE = """// {symbol} {ends} for input that its types allow.
//
// It fails at this commit, and passes once mended. Run it at the repository's root:
// node --test reproducer.test.mjs
import assert from "node:assert/strict";
import test from "node:test";
{imports}

test({title}, async () => {{
{body}
  assert.ok(!raised.includes({token}), raised);
}});
"""
_VITEST = """// {symbol} {ends} for input that its types allow.
//
// It fails at this commit, and passes once mended. Run it at the repository's root:
// npx vitest run reproducer.test.{ending}
import {{ expect, test }} from "vitest";
{imports}

test({title}, async () => {{
{body}
  expect(raised).not.toContain({token});
}});
"""
_BODY = """  let raised = "nothing";
  try {{
    {call};
  }} catch (error) {{
    raised = String(error);
  }}"""
_APART = """// {symbol} {ends} for input that its types allow.
//
// It fails at this commit, and passes once mended. Run it at the repository's root:
// node --test reproducer.test.mjs
import assert from "node:assert/strict";
import {{ spawnSync }} from "node:child_process";
import test from "node:test";

const code = {code};

test({title}, () => {{
  const argv = ["--max-old-space-size=900", "--input-type=module", "-e", code];
  const {{ signal }} = spawnSync(process.execPath, argv, {{ timeout: 20_000 }});
  assert.equal(signal, null, "it had to be ended");
}});
"""
_TOKENS = (
    *("Cannot read propert", "Cannot set propert", "is not a function", "is not iterable"),
    *("is not a constructor", "Cannot destructure", "Cannot convert undefined or null"),
    *("Assignment to constant", "is not defined", "before initialization", "Maximum call stack"),
    *("Invalid array length", "Invalid string length", "Invalid typed array length"),
    *("Invalid count value", "Invalid time value", "Invalid code point", "URI malformed"),
    *("Invalid regular expression", "Invalid flags", "Cannot mix BigInt"),
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")


@dataclass(frozen=True, slots=True)
class Called:
    """How a function is reached: `way` is named, default or member of the default; `made` counts
    the arguments of a method's object. `plain`: Node itself can import the file."""

    path: str
    symbol: str
    way: str
    made: int
    is_static: bool
    typed: bool
    plain: bool

    @property
    def imports(self) -> str:
        first = self.symbol.partition(".")[0]
        path = re.sub(r"\.tsx?$", "", self.path)
        place = json.dumps(f"./{path}")
        if self.way == "named":
            return f"import {{ {first} }} from {place};"
        return f"import {self._bound} from {place};"

    @property
    def _bound(self) -> str:
        first = self.symbol.partition(".")[0]
        return first if self.way == "default" and first != "default" else "subject"

    def call(self, case: Sequence[Any], start: str = "") -> str:
        """As people write it; `start` is what is called, or made, where it is not imported."""
        first, _, method = self.symbol.partition(".")
        ways = {"named": first, "default": self._bound, "member": f"subject.{first}"}
        start = start or ways[self.way]
        told = [value(each) for each in case]
        if not method:
            return f"{start}({', '.join(told)})"
        if self.is_static:
            return f"{start}.{method}({', '.join(told)})"
        made, rest = ", ".join(told[: self.made]), ", ".join(told[self.made :])
        return f"new {start}({made}).{method}({rest})"


def value(raw: Any) -> str:
    """A packed value as JavaScript writes it."""
    if isinstance(raw, list):
        return f"[{', '.join(map(value, raw))}]"
    if isinstance(raw, dict):
        if "$" in raw:
            return _special(raw["$"], raw.get("v", ""))
        fields = ", ".join(
            f"{json.dumps(name.replace('$$', '$'))}: {value(each)}" for name, each in raw.items()
        )
        return f"{{ {fields} }}" if fields else "{}"
    return json.dumps(raw)


def _special(kind: str, told: str) -> str:
    if kind == "bytes":
        whole = base64.b64decode(told, validate=False)
        return f"new Uint8Array([{', '.join(map(str, whole))}])"
    if kind == "date":
        return f"new Date({int(float(told))})"
    if kind == "bigint":
        return f"{int(told)}n"
    numbers = {"NaN", "Infinity", "-Infinity", "-0"}
    return told if kind == "number" and told in numbers else "undefined"


def token(message: str) -> str:
    """What stays of an engine's message from one input to the next; '' where it is none."""
    return next((each for each in _TOKENS if each in message), "")


def reproducer(called: Called, kind: str, message: str, case: Sequence[Any]) -> str:
    """The text of the test; '' where none can be written."""
    alone = kind in ("Hang", "Memory")
    ends = {"Hang": "does not come back", "Memory": "takes memory without an end"}
    asked = {
        "symbol": called.symbol,
        "ends": ends.get(kind, f"ends in {kind}"),
        "title": json.dumps(f"{called.symbol} does not end in {kind}"),
        "imports": called.imports,
        "token": json.dumps(token(message)),
        "ending": "ts" if called.typed else "mjs",
    }
    if alone:
        code = json.dumps(f"{called.imports}\nawait {called.call(case)};")
        return _APART.format(**asked, code=code) if called.plain else ""
    if not token(message):
        return ""
    body = _BODY.format(call=f"await {called.call(case)}")
    return (_NODE if called.plain else _VITEST).format(**asked, body=body)
