"""shellcheck: shell scripts. Of its rules those about scripts that do other than they seem to."""

from __future__ import annotations

from collections.abc import Sequence

from workers.linters.base import (
    Desk,
    Linter,
    Report,
    Rule,
    Source,
    dotted,
    of_language,
    parsed,
    plain_path,
    shortened,
)

_NEVER = Rule("dead-check", "medium", why="The check has always the same outcome.")
_CRASH = Rule("crash", "medium", why="The shell refuses this when it runs.")
_GUESS = Rule("suspicious", "medium")
_DELETES = Rule("deletes-too-much", "high", why="Where the variable is empty, this deletes /.")


def _named(numbers: str, rule: Rule) -> dict[str, Rule]:
    return {f"SC{number}": rule for number in numbers.split()}


RULES: dict[str, Rule] = {
    "SC2114": _DELETES,
    "SC2115": Rule(_DELETES.kind, "high", why=_DELETES.why),
    **_named("2050 2055 2056 2057 2070 2074 2078 2157 2158 2160 2161 2193 2252", _NEVER),
    **_named("2105 2151 2152 2168 2242 2218 2282 2283 2276", _CRASH),
    **_named("2144 2210 2217 2225 2259 2260 2261", _GUESS),
    **_named("2030 2031 2043 2095 2089 2090 2128 2145 2076 2188 2251", Rule("suspicious", "low")),
    "SC2164": Rule("unchecked", "low"),
}


async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
    printed = await desk.run(
        [desk.program("shellcheck"), "--norc", "-f", "json1", "--", *dotted(sources)],
        good=(0, 1, 2),
    )
    known = {source.path: source for source in sources}
    reports = []
    for each in parsed(printed)["comments"]:
        source, rule = known.get(plain_path(str(each["file"]))), f"SC{each['code']}"
        if source is not None and rule in RULES:
            first = int(each["line"])
            said = shortened(str(each["message"]))
            last = max(first, int(each["endLine"]))
            reports.append(Report("shellcheck", rule, source.path, first, last, said, RULES[rule]))
    return reports


LINTER = Linter("shellcheck", of_language("bash"), look, RULES, program="bin/shellcheck")
