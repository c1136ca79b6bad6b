"""A crash as a test of pytest that stands alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workers.fuzzers.inside import terms
from workers.fuzzers.inside.terms import Call

_TEXT = '''"""`{symbol}` ends in {kind} for input that its types allow.

Run it with pytest at the repository's root. It fails at this commit, and passes once mended: the
function returns, or refuses the input with an error that says what is wrong with it.
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path.cwd() / each) for each in {roots}]
{forget}
{imports}


def test_{name}_does_not_end_in_{lower}() -> None:
    try:
        {call}
    except {caught} as error:
        raised = type(error).__name__
    else:
        raised = "nothing"
    assert raised != "{kind}", "{symbol} ended in {kind}"
'''
_HANG = '''"""`{symbol}` does not come back for input that its types allow.

Run it with pytest at the repository's root. It fails at this commit, and passes once mended.
"""

import subprocess
import sys

CODE = """
import sys
sys.path[:0] = {roots}
{imports}
{call}
"""


def test_{name}_comes_back() -> None:
    try:
        subprocess.run([sys.executable, "-c", CODE], timeout=20, capture_output=True, check=False)
    except subprocess.TimeoutExpired:
        raise AssertionError("{symbol} did not come back within 20 seconds") from None
'''
_FORGET = """for each in [name for name in sys.modules if name.partition(".")[0] in {packages}]:
    # The test runner has imported its own copy; this is about the repository's.
    del sys.modules[each]
"""


@dataclass(frozen=True, slots=True)
class Called:
    """A call as people write it, and the modules and names that it imports."""

    text: str
    imports: frozenset[tuple[str, str]]


def called(module: str, symbol: str, origins: Sequence[str], case: Mapping[str, Any]) -> Called:
    """`origins` are the parameters in order."""
    imports = set[tuple[str, str]]()
    receiver = case.get("self ")
    first = symbol.partition(".")[0]
    if isinstance(receiver, Call):
        start = f"{terms.source(receiver, imports)}.{symbol.rpartition('.')[2]}"
    else:
        imports.add((module, first))
        start = symbol
    required = True
    given = []
    for name in origins:
        if name not in case:
            required = False
            continue
        told = terms.source(case[name], imports)
        given.append(told if required else f"{name}={told}")
    return Called(f"{start}({', '.join(given)})", frozenset(imports))


def reproducer(
    symbol: str, kind: str, call: Called, roots: Sequence[str], shared: Sequence[str]
) -> str:
    """The text of the test."""
    lines = "\n".join(f"from {module} import {name}" for module, name in sorted(call.imports))
    name = symbol.replace(".", "_").lower()
    asked = {"symbol": symbol, "name": name, "imports": lines, "roots": tuple(roots)}
    if kind == "Hang":
        quoted = call.text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        return _HANG.format(**{**asked, "roots": list(roots)}, call=quoted)
    forget = _FORGET.format(packages=tuple(shared)) if shared else ""
    return _TEXT.format(
        **asked, kind=kind, lower=kind.lower(), call=call.text, forget=forget, caught="Exception"
    )
