"""What is called as somebody wrote, or as annotations allow, does not end in an exception that
nobody raises on purpose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from ..calling import Given, given, operated, optional, takes_text
from ..evaluate import Failed
from ..package import Callable_
from ..pool import Pool
from ..trial import Trial

_NEVER = {"TypeError", "AttributeError", "NameError", "UnboundLocalError"}
_ARGUMENTS = re.compile(
    r"unexpected keyword|positional argument|missing \d+ required|takes no|offset-naive|of length"
)
_NAMED = re.compile(r"'(\w+)'")
BODY = """\
try:
    {call}
except Exception as error:
    raised = type(error).__name__
else:
    raised = "nothing"
assert raised != "{kind}", "it ended in {kind}"
"""


def trials(pool: Pool) -> Iterator[Trial]:
    for function in pool.package.functions:
        calls = [each for each in given(pool, function) if each.written or takes_text(function)]
        yield from _of(pool, function, chain(calls, optional(pool, function)))
    for method in pool.package.methods:
        yield from _of(pool, method, operated(pool, method))
        yield from _of(pool, method, (each for each in given(pool, method) if each.written))


def _of(pool: Pool, function: Callable_, calls: Iterable[Given]) -> Iterator[Trial]:
    for each in calls:
        if pool.running.late:
            return
        failed = pool.running.fresh(each.text)
        if not isinstance(failed, Failed):
            yield _trial(function, each, "TypeError", each.how)
        elif _is_internal(failed) and not _is_about_given(each, failed):
            yield _trial(function, each, failed.kind, each.how)


def _is_internal(failed: Failed) -> bool:
    return (
        failed.kind in _NEVER
        and not failed.meant
        and bool(failed.path)
        and not _ARGUMENTS.search(failed.message)
        and "abstract" not in failed.message
    )


def _is_about_given(call: Given, failed: Failed) -> bool:
    """An error that names the types of what was given may say that they are not wanted."""
    if failed.kind in ("NameError", "UnboundLocalError"):
        return False
    signs = {"str": "'", "bool": "True", "int": "1", "NoneType": "None", "dict": "{", "list": "["}
    named = set(_NAMED.findall(failed.message))
    return any(name in named and sign in call.text for name, sign in signs.items())


def _trial(function: Callable_, call: Given, kind: str, of: str) -> Trial:
    says = f"`{function.symbol}` does not end in {kind}"
    body = BODY.format(call=call.text, kind=kind)
    return Trial("crashes", function.module, function.symbol, function.line, says, body, of)
