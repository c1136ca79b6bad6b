"""A panic of Go as a test that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.fuzzers.golang.harness import VERSION, Harness, helps
from workers.fuzzers.golang.literals import Value, literal

_TEXT = """{version}// {symbol} {ends} for input that its signature allows.
//
// It fails at this commit, and passes once mended. Run it there: go test -run '^{name}$'
// It belongs in the folder {folder}

package {package}_test

import (
{imports}
)

{helps}func {name}(t *testing.T) {{
{body}
}}
"""
_PANIC = """	defer func() {{
{recovered}
			t.Fatalf("{symbol} panicked: %v", problem)
		}}
	}}()
{call}"""
_HANG = """	ended := make(chan bool, 1)
	go func() {{
{call}
		ended <- true
	}}()
	select {{
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("{symbol} did not come back within 20 seconds")
	}}"""
_MEMORY = """	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	func() {{
{call}
	}}()
	runtime.ReadMemStats(&after)
	if taken := (after.TotalAlloc - before.TotalAlloc) >> 20; taken > 512 {{
		t.Fatalf("{symbol} took %d MiB for so little input", taken)
	}}"""
_BODIES = {
    "Hang": (_HANG, "does not come back", ("time",)),
    "Memory": (_MEMORY, "takes memory without an end", ("runtime",)),
}


def reproducer(made: Harness, kind: str, values: Sequence[Value]) -> str:
    """The text of the test."""
    body, ends, more = _BODIES.get(kind, (_PANIC, "panics", ()))
    given = [literal(each) for each in values]
    call = ("\t" if body is _PANIC else "\t\t") + made.call(given)
    imports = set(made.imports) | set(more) | {"testing"}
    imports |= {"math"} if re.search(r"\bmath\.(NaN|Inf)\(", call) else set()
    listed = "\n".join(f'\t"{each}"' for each in sorted(imports))
    called = made.package.called
    alias = "" if called == made.importing.rpartition("/")[2] else f"{called} "
    own = f'{alias}"{made.importing}"'
    symbol = f"{called}.{made.function.symbol}"
    return _TEXT.format(
        symbol=symbol,
        ends=ends,
        name=name(made),
        folder=made.folder,
        package=called,
        imports=f"{listed}\n\n\t{own}",
        body=body.format(symbol=symbol, call=call, recovered=_recovered(call)),
        helps=helps(call),
        version=VERSION if helps(call) else "",
    )


def name(made: Harness) -> str:
    """Of the test."""
    return f"TestReproducer_{made.function.symbol.replace('.', '_')}"


def _recovered(call: str) -> str:
    """What could not be made is no panic."""
    if "made(" not in call:
        return "\t\tif problem := recover(); problem != nil {"
    lines = ("problem := recover()", "if _, is := problem.(refused); problem != nil && !is {")
    return "\n".join(f"\t\t{line}" for line in lines)
