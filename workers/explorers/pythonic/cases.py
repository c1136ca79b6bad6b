"""Tests of pytest, written from calls and what came of them."""

from __future__ import annotations

import ast
import builtins
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workers.explorers.base import Case
from workers.explorers.pythonic.laws import imports, law_of, test_of

_WIDE = 88
_ROOM = 84
_MOST = 8
_WORDS: dict[str, str] = {
    "('',)": "an_empty_text",
    "([],)": "an_empty_list",
    "({},)": "an_empty_dict",
    "((),)": "an_empty_tuple",
    "(b'',)": "no_bytes",
    "(0,)": "zero",
    "(None,)": "none",
    "(True,)": "true",
    "(False,)": "false",
    "()": "nothing",
}


def plain_calls(calls: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Those whose arguments are literals, and are written as such."""
    return {symbol: [t for t in texts if _tuple(t) is not None] for symbol, texts in calls.items()}


def cases_of(raw: bytes) -> list[Case]:
    """What was written in the sandbox is hostile: literals and names, or nothing."""
    found = []
    for text in raw.decode(errors="replace").splitlines()[:2_000]:
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if not isinstance(line, dict):
            continue
        case = law_of(line) if "law" in line else _case(line)
        if case is not None:
            found.append(case)
    return found


def _case(line: Mapping[str, Any]) -> Case | None:
    texts = {
        name: line.get(name) for name in ("symbol", "made", "given", "value", "raises", "says")
    }
    plain = {name: text[:400] for name, text in texts.items() if isinstance(text, str)}
    if len(plain) < len(texts):
        return None
    named = all(part.isidentifier() for part in plain["symbol"].split("."))
    known = plain["raises"] == "" or plain["raises"].isidentifier()
    literal = plain["value"] == "" or _literal(plain["value"]) is not _NOTHING
    if not (named and known and literal) or bool(plain["value"]) == bool(plain["raises"]):
        return None
    if _tuple(plain["made"]) is None or _tuple(plain["given"]) is None:
        return None
    names = [
        each for each in line.get("names", ()) if isinstance(each, str) and each.isidentifier()
    ]
    numbers = [each for each in line.get("lines", ()) if isinstance(each, int)]
    ways = ("yields",) if line.get("yields") is True else ()
    spare = line.get("spare") is True
    symbol, made, given, value, raises, says = plain.values()
    called = (symbol, made, given, value, raises, says)
    return Case(*called, tuple(names), frozenset(numbers), spare, ways)


_NOTHING = object()


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return _NOTHING


def _tuple(text: str) -> tuple[Any, ...] | None:
    value = _literal(text[:5_000])
    return value if isinstance(value, tuple) else None


def file_of(module: str, cases: Sequence[Case], *, random: bool = False) -> str:
    """What holds of all that is called, then grouped by what is called: what it gives, then what
    it refuses. `random`: laws are tried with Hypothesis; that a function takes whatever there
    is, a few values do not show."""
    laws = [each for each in cases if each.law and (random or each.law.name != "total")]
    groups: dict[tuple[str, str, str, int, int], list[Case]] = {}
    for case in cases:
        if case.law is None and len(_call(case)) <= _ROOM:
            shape = len(_tuple(case.made) or ()), len(_tuple(case.given) or ())
            groups.setdefault((case.symbol, case.raises, case.says, *shape), []).append(case)
    tests = [test_of(case, random=random) for case in laws]
    tests += [_test(group[:_MOST]) for group in groups.values()]
    if not tests:
        return ""
    body = "\n\n".join(dict(_numbered(tests)).values())
    shown = [case for group in groups.values() for case in group[:_MOST]]
    names = {case.symbol.partition(".")[0] for case in [*shown, *laws]}
    names |= {case.law.back for case in laws if case.law and case.law.back}
    names |= {case.raises for case in shown if case.raises and not hasattr(builtins, case.raises)}
    theirs = imports(body)
    between = "\n" if theirs else ""
    return f"{theirs}{between}{_import(module, sorted(names))}\n\n{body}"


def _import(module: str, names: Sequence[str]) -> str:
    line = f"from {module} import {', '.join(names)}\n"
    if len(line) <= _WIDE:
        return line
    listed = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{listed})\n"


def _numbered(tests: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """No two of the same name."""
    seen: dict[str, int] = {}
    for name, text in tests:
        seen[name] = seen.get(name, 0) + 1
        told = name if seen[name] == 1 else f"{name}_{seen[name]}"
        yield told, text.replace(f"def {name}(", f"def {told}(", 1)


def _test(cases: Sequence[Case]) -> tuple[str, str]:
    """Its name and its text."""
    first = cases[0]
    stem = "_".join(part.strip("_").lower() for part in first.symbol.split("."))
    word = _WORDS.get(first.given, "") if len(cases) == 1 else ""
    if first.raises:
        slug = first.says.replace(" ", "_").lower()
        said = slug if slug.isidentifier() and len(slug) <= 40 else f"raises_{_snake(first.raises)}"
        name = f"test_{stem}_{said}"
        return name, _refusing(name, cases)
    name = f"test_{stem}_of_{word}" if word and word != "nothing" else f"test_{stem}"
    return name, _giving(name, cases)


def _giving(name: str, cases: Sequence[Case]) -> str:
    if len(cases) == 1:
        return f"def {name}():\n    assert {_is(_call(cases[0]), cases[0].value)}\n"
    names = _parameters(cases)
    rows = [_row([*_values(case), _close(case.value)]) for case in cases]
    call = _call(cases[0], names[0] if len(names) == 1 else ", ".join(names))
    given = [*names, "expected"]
    head = f"{_parametrized(given, rows)}def {name}({', '.join(given)}):\n"
    return f"{head}    assert {call} == expected\n"


def _refusing(name: str, cases: Sequence[Case]) -> str:
    first = cases[0]
    match = f", match={_quoted(first.says)}" if first.says.replace(" ", "").isalnum() else ""
    raises = f"    with pytest.raises({first.raises}{match}):\n        "
    if len(cases) == 1:
        return f"def {name}():\n{raises}{_call(first)}\n"
    names = _parameters(cases)
    rows = [_row(_values(case)) for case in cases]
    return (
        f"{_parametrized(names, rows)}def {name}({', '.join(names)}):\n"
        f"{raises}{_call(first, ', '.join(names))}\n"
    )


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _parameters(cases: Sequence[Case]) -> list[str]:
    """Names of what varies, of arguments in order; those of the object come first."""
    made = _tuple(cases[0].made) or ()
    owner = [f"made_{at}" if len(made) > 1 else "made" for at in range(len(made))]
    count = max(len(_tuple(case.given) or ()) for case in cases)
    return [*owner, *cases[0].names[:count]]


def _values(case: Case) -> list[str]:
    return [_text(each) for each in (*(_tuple(case.made) or ()), *(_tuple(case.given) or ()))]


def _parametrized(names: Sequence[str], rows: Sequence[str]) -> str:
    listed = f'"{names[0]}"' if len(names) == 1 else f"({', '.join(_quoted(n) for n in names)})"
    inner = "".join(f"        {row},\n" for row in rows)
    short = f"@pytest.mark.parametrize({listed}, [{', '.join(rows)}])\n"
    if len(short) <= _WIDE:
        return short
    return f"@pytest.mark.parametrize(\n    {listed},\n    [\n{inner}    ],\n)\n"


def _row(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"({', '.join(values)})"


def _call(case: Case, varied: str | None = None) -> str:
    """The expression, with names in place of what varies."""
    owner, _, method = case.symbol.partition(".")
    given = _listed(case.given) if varied is None else varied
    if not method:
        call = f"{owner}({given})"
    else:
        made = _tuple(case.made) or ()
        names = (varied or "").split(", ") if varied is not None else []
        first = ", ".join(names[: len(made)]) if names else _listed(case.made)
        rest = ", ".join(names[len(made) :]) if names else given
        call = f"{owner}({first}).{method}({rest})"
    return f"list({call})" if "yields" in case.how else call


def _listed(text: str) -> str:
    return ", ".join(_text(each) for each in _tuple(text) or ())


def _is(call: str, value: str) -> str:
    if value in ("None", "True", "False"):
        return f"{call} is {value}"
    return f"{call} == {_close(value)}"


def _close(value: str) -> str:
    """A number that nobody would write out is nearly so."""
    number = _literal(value)
    if isinstance(number, float) and not math.isclose(number, round(number, 4), rel_tol=0):
        return f"pytest.approx({value})"
    return _text(number)


def _text(value: object) -> str:
    """As a formatter would write it: with double quotes."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(_text, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict):
        inner = ", ".join(f"{_text(key)}: {_text(each)}" for key, each in value.items())
        return f"{{{inner}}}"
    if isinstance(value, bytes):
        told = repr(value)
        return f'b"{told[2:-1]}"' if '"' not in told and "\\'" not in told else told
    return repr(value)


def _quoted(text: str) -> str:
    told = repr(text)
    return f'"{told[1:-1]}"' if told[0] == "'" and '"' not in told else told
