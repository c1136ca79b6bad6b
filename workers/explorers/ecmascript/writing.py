"""Tests of JavaScript and TypeScript, written from calls and what came of them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from workers.explorers.base import Case, Law, Site
from workers.explorers.ecmascript.laws import lines_of
from workers.explorers.ecmascript.style import Style
from workers.explorers.ecmascript.values import NAME, told
from workers.fuzzers.ecmascript.scan import package

_MOST = 8
_WIDE = 100


def file_of(site: Site, style: Style, path: str, cases: Sequence[Case]) -> str:
    """Grouped by what is called: what holds of it, what it gives, then what it refuses. `path` is
    where it stands."""
    groups: dict[tuple[str, Law | None, bool], list[Case]] = {}
    for case in sorted(cases, key=lambda each: _first(cases, each.symbol)):
        if _is_worth_writing(style, case):
            groups.setdefault((case.symbol, case.law, bool(case.raises)), []).append(case)
    shown = [group[:_MOST] for group in groups.values()]
    if not shown:
        return ""
    name = subject(site)
    tests = _joined("\n".join(_test(style, name, group) for group in shown))
    given = [style.imported(*each) for each in style.words.imports]
    given += [style.imported("fc", "fast-check")] if "fc.assert(" in tests else []
    given += _imports(style, path, name, [case for group in shown for case in group], site)
    return style.ended(f"{''.join(given)}\n{tests}{style.words.ends}")


def _first(cases: Sequence[Case], symbol: str) -> int:
    return next(at for at, case in enumerate(cases) if case.symbol == symbol)


def _is_worth_writing(style: Style, case: Case) -> bool:
    """That a function takes a few values says nothing; that it takes any does."""
    if case.law is not None:
        return case.law.name != "total" or style.has_random
    return "awaited" not in case.how or not case.raises


def _joined(tests: str) -> str:
    """What is of one function stands in one group."""
    return re.sub(
        r"^(describe\([^\n]*\n)((?:.*\n)*?)\}\);\n\n\1", r"\1\2\n", tests, flags=re.MULTILINE
    )


def subject(site: Site) -> str:
    """What a file's default export is called by those who import it."""
    stem = PurePosixPath(site.path).stem
    if stem in ("index", "main", "mod"):
        folder = PurePosixPath(site.path).parent.name
        whole = str(package(site.folder).get("name") or "").rpartition("/")[2]
        stem = whole or folder
    name = re.sub(r"[^A-Za-z0-9_$]+(.)?", lambda found: (found[1] or "").upper(), stem)
    return name if NAME.fullmatch(name) else "subject"


def _imports(
    style: Style, path: str, name: str, cases: Sequence[Case], site: Site
) -> Iterator[str]:
    above = str(PurePosixPath(path).parent)
    bare = str(PurePosixPath(site.path).with_suffix("")) + style.ending
    place = os.path.relpath(bare, above)
    place = place if place.startswith(".") else f"./{place}"
    ways = [(case.symbol, case.how[0]) for case in cases]
    ways += [(case.law.back, case.law.how[0]) for case in cases if case.law and case.law.back]
    firsts = {symbol.partition(".")[0]: way for symbol, way in ways}
    named = sorted(each for each, way in firsts.items() if way == "named")
    others = {
        name if each == "default" or way == "member" else each
        for each, way in firsts.items()
        if way != "named"
    }
    for each in sorted(others):
        yield style.imported(each, place)
    if named:
        yield style.imported(f"{{ {', '.join(named)} }}", place)


def _test(style: Style, name: str, cases: Sequence[Case]) -> str:
    first = cases[0]
    if first.law is not None:
        return _held(style, name, first, first.law)
    called = name if first.symbol == "default" else first.symbol
    does = "throws for what it does not take" if first.raises else "returns what is expected"
    title = style.quoted(f"{called} throws" if first.raises else called)
    lines = [_line(style, name, case) for case in cases]
    awaits = any("awaited" in case.how for case in cases)
    return style.words.around.format(
        title=style.quoted(called) if "{does}" in style.words.around else title,
        does=style.quoted(does),
        start="async " if awaits else "",
        body="".join(f"  {line};\n" for line in lines),
        deep="".join(f"    {line};\n" for line in lines),
    )


def _held(style: Style, name: str, case: Case, law: Law) -> str:
    calls = (_start(name, case.symbol, case.how), _start(name, law.back, law.how or ("named",)))
    titles = [name if each == "default" else each for each in (case.symbol, law.back)]
    made = lines_of(case, calls, (titles[0], titles[1]), style)
    grouped = "{does}" in style.words.around
    return style.words.around.format(
        title=style.quoted(titles[0] if grouped else made.title),
        does=style.quoted(made.title.removeprefix(f"{titles[0]} ")),
        start="",
        body="".join(f"  {line}\n" for line in made.lines),
        deep="".join(f"    {line}\n" for line in made.lines),
    )


def _start(name: str, symbol: str, how: Sequence[str]) -> str:
    """A function, or a method of a class, by the name that the test knows it by."""
    first, dot, method = symbol.partition(".")
    start = {"named": first, "default": name if first == "default" else first}.get(
        how[0], f"{name}.{first}"
    )
    return f"{start}{dot}{method}"


def _line(style: Style, name: str, case: Case) -> str:
    call = _call(style, name, case)
    if case.raises:
        return style.words.throws.format(call=call, **_why(style, case))
    value = json.loads(case.value)
    whole = told(value, style)
    form = style.words.equal if isinstance(value, list | dict) and "$" not in value else None
    return (form or style.words.same).format(call=call, value=whole)


def _why(style: Style, case: Case) -> dict[str, str]:
    """What is said where that is always the same, or else what kind of error it is."""
    if not case.says:
        return {"why": case.raises, "match": case.raises, "ava": f"instanceOf: {case.raises}"}
    said = style.quoted(case.says)
    pattern = re.sub(r"[.*+?^${}()|[\]\\/]", r"\\\g<0>", case.says)
    return {"why": said, "match": f"/{pattern}/", "ava": f"message: {said}"}


def _call(style: Style, name: str, case: Case) -> str:
    """As people write it."""
    first, _, method = case.symbol.partition(".")
    start = _start(name, first, case.how)
    given = ", ".join(told(each, style) for each in json.loads(case.given))
    if method and "static" not in case.how:
        made = [told(each, style) for each in json.loads(case.made)]
        while made and made[-1] == "undefined":
            made.pop()
        start = f"new {start}({', '.join(made)})"
    call = f"{start}.{method}({given})" if method else f"{start}({given})"
    call = f"[...{call}]" if "drawn" in case.how else call
    return f"await {call}" if "awaited" in case.how else call
