"""Calls that were made in the sandbox, read with care: the code could have written them too."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from workers.explorers.base import Case, Law
from workers.explorers.ecmascript.laws import KINDS, LAWS, TYPES
from workers.fuzzers.pythonic import told

_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_SYMBOL = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)?")
_ERRORS = frozenset(
    "Error TypeError RangeError SyntaxError ReferenceError URIError EvalError".split()
)
_WAYS = ("named", "default", "member")
_MOST = 2_000
_LONGEST = 400


def cases_of(raw: bytes, log: Callable[[str], None] = lambda _: None) -> list[Case]:
    """Arguments and results are JSON, packed as the fuzzer's are."""
    found = []
    for line in told.lines(raw)[:_MOST]:
        if isinstance(why := line.get("why"), str):
            log(why[:300])
        elif (case := _law(line) if "law" in line else _case(line)) is not None:
            found.append(case)
    return found


def _law(line: Mapping[str, Any]) -> Case | None:
    """Calls of a law, and the type of what is made; None where it is none that is known."""
    symbol, back, name = (str(line.get(each, "")) for each in ("symbol", "back", "law"))
    kinds, rows = line.get("kinds"), line.get("samples")
    ways = {line.get("way"), line.get("backWay") or "named"}
    if not isinstance(kinds, list) or not isinstance(rows, list) or not ways <= set(_WAYS):
        return None
    fits = all(isinstance(each, list) and len(each) == len(kinds) for each in rows)
    known = name in LAWS and all(each in KINDS for each in kinds) and len(kinds) in (1, 2)
    named = _SYMBOL.fullmatch(symbol) and (not back or _SYMBOL.fullmatch(back))
    given = json.dumps(rows)
    if not fits or not rows or not known or not named or len(given) > 2 * _LONGEST:
        return None
    how = (str(line["backWay"]), *_how(line)[1:]) if back else ()
    law = Law(name, back, how, tuple(kinds))
    ran = frozenset(each for each in line.get("lines") or () if isinstance(each, int))
    value = json.dumps(line.get("value") if line.get("value") in TYPES else "object")
    return Case(symbol, "[]", given, value, "", "", (), ran, False, tuple(_how(line)), law)


def _case(line: Mapping[str, Any]) -> Case | None:
    symbol, raises, says = (str(line.get(name, "")) for name in ("symbol", "raises", "says"))
    made, given, names = (line.get(name) for name in ("made", "given", "names"))
    lists = isinstance(made, list) and isinstance(given, list) and isinstance(names, list)
    if not lists or not _SYMBOL.fullmatch(symbol) or line.get("way") not in _WAYS:
        return None
    if (raises and raises not in _ERRORS) or len(says) > 60 or not says.isprintable():
        return None
    texts = [json.dumps(each) for each in (made, given, None if raises else line.get("value"))]
    if any(len(text) > _LONGEST for text in texts):
        return None
    known = [each for each in names or () if isinstance(each, str) and _NAME.fullmatch(each)]
    return Case(
        symbol,
        texts[0],
        texts[1],
        "" if raises else texts[2],
        raises,
        says,
        tuple(known),
        frozenset(each for each in line.get("lines") or () if isinstance(each, int)),
        line.get("spare") is True,
        tuple(_how(line)),
    )


def _how(line: Mapping[str, Any]) -> list[str]:
    words = {"isStatic": "static", "awaited": "awaited", "drawn": "drawn"}
    return [str(line["way"]), *(word for name, word in words.items() if line.get(name) is True)]
