"""Tests that stand alone and compare times within one run, so that no machine's speed counts."""

from __future__ import annotations

from collections.abc import Sequence

from workers.fuzzers.pythonic.reproducer import Called

_START = '''"""{about}

Run it with pytest at the repository's root. It fails at this commit, and passes once mended. Times
are compared with each other within the run, never with a clock of another machine.
"""

import sys
import time
{more}from pathlib import Path

sys.path[:0] = [str(Path.cwd() / each) for each in {roots}]

{imports}


'''
_GROWTH = '''def seconds(size: int) -> float:
    """Of a processor, the least of three."""
    value = {start} + {part} * (size // {length})
    taken = []
    for _ in range(3):
        began = time.thread_time()
        try:
            {call}
        except Exception:
            pass  # How long a refusal takes counts as well.
        taken.append(time.thread_time() - began)
    return min(taken)


def test_{name}_does_not_grow_with_the_square_of_its_input() -> None:
    ratio = seconds({large}) / seconds({small})
    assert ratio < 9, f"four times the input takes {{ratio:.1f}} times as long"
'''
_SLOWER = '''BEFORE = {before}
"""The module as it was before the change."""


def seconds(function) -> float:
    began = time.thread_time()
    for _ in range({times}):
{calls}
    return time.thread_time() - began


def test_{name}_is_not_slower_than_before() -> None:
    module = types.ModuleType({module!r})
    module.__package__ = {package!r}
    module.__file__ = {file!r}
    exec(compile(BEFORE, "before", "exec"), module.__dict__)
    pairs = [(seconds({symbol}), seconds(module.{symbol})) for _ in range(15)]
    ratio = min(now for now, _ in pairs) / min(before for _, before in pairs)
    assert ratio < {bound:.2f}, f"it takes {{ratio:.2f}} times as long as before"
'''


def _start(about: str, call: Called, roots: Sequence[str], more: str = "") -> str:
    lines = "\n".join(f"from {module} import {name}" for module, name in sorted(call.imports))
    return _START.format(about=about, roots=tuple(roots), imports=lines, more=more)


def growth(
    symbol: str, call: Called, roots: Sequence[str], parts: tuple[str, str, int], size: int
) -> str:
    """`call` uses `value`; `parts` are the expressions of its start and of what is repeated, and
    how long the latter is; `size` is where it takes long enough to be measured."""
    start, part, length = parts
    about = f"`{symbol}` takes time that grows with the square of its input."
    name = symbol.replace(".", "_").lower()
    return _start(about, call, roots) + _GROWTH.format(
        start=start,
        part=part,
        length=length,
        call=call.text,
        name=name,
        small=size,
        large=4 * size,
    )


def slower(
    symbol: str, calls: Sequence[Called], roots: Sequence[str], before: tuple[str, str, str], *,
    times: int, bound: float,
) -> str:  # fmt: skip
    """`before` is the module's dotted name, its path and its text as it was; `calls` are those that
    are timed, `times` of each; `bound` is the ratio from which on it fails."""
    module, path, text = before
    package = module if path.endswith("/__init__.py") else module.rpartition(".")[0]
    about = f"`{symbol}` takes longer than before its last change."
    imports = frozenset(each for call in calls for each in call.imports)
    told = "\n".join(f"        {call.text.replace(symbol, 'function', 1)}" for call in calls)
    return _start(about, Called("", imports), roots, "import types\n") + _SLOWER.format(
        before=repr(text),
        times=times,
        calls=told,
        name=symbol.replace(".", "_").lower(),
        module=module,
        package=package,
        file=path,
        symbol=symbol,
        bound=bound,
    )
