"""Secrets in code: tokens whose shape says what they are, and values of names that mean secrets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.redact import MASK, redact
from core.words import many
from workers.linters.base import Desk, Linter, Report, Rule, Source

RULES: dict[str, Rule] = {
    "token": Rule(
        "secret",
        "high",
        security=True,
        why="Whoever can read the code can use it: take it back, and read it from the environment.",
    ),
    "value": Rule("secret", "medium", security=True),
}
_EXAMPLE = re.compile(
    r"example|sample|dummy|fake|test|xxxx|0000|1234|abcd|changeme|your|passw|secret|tiger", re.I
)
_HERE = re.compile(r"@(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|[\w.-]*example)")
_LEAST = 8
_KEY = "PRIVATE KEY"
_MOST = 20


async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
    first: dict[str, Report] = {}
    places: Counter[str] = Counter()
    for source in sorted(sources, key=lambda each: each.quiet != ""):
        for value, report in _found(source):
            first.setdefault(value, report)
            places[value] += 1
    told = [_told(report, places[value] - 1) for value, report in first.items()]
    return told[: _MOST * len(sources)]


def _told(report: Report, others: int) -> Report:
    """A secret that stands in many places is taken back once."""
    if not others:
        return report
    return replace(report, message=f"{report.message} It is in {many(others, 'other place')} too.")


def _found(source: Source) -> Iterator[tuple[str, Report]]:
    """Secrets, which nothing keeps, with the report of each."""
    masked = redact(source.text)
    if masked == source.text:
        return
    for number, (line, shown) in enumerate(
        zip(source.lines, masked.split("\n"), strict=False), start=1
    ):
        if MASK not in shown or MASK in line:
            continue
        value = _hidden(line, shown)
        if _EXAMPLE.search(value):
            continue
        # A value that is masked by itself has the shape of a token; others by the name before.
        rule = "token" if MASK in redact(value) or _KEY in value else "value"
        if rule == "value" and not _is_likely(value, line):
            continue
        said = "A secret stands in the code." if rule == "token" else "This looks like a secret."
        if _KEY in value:
            value += "".join(source.lines[number : number + 2])  # all keys begin alike
        yield value, Report("secret", rule, source.path, number, number, said, RULES[rule])


def _is_likely(value: str, line: str) -> bool:
    """Words are what documentation writes; who is asked on this machine itself keeps no secret."""
    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return len(value) >= _LEAST and mixed and not _HERE.search(line)


def _hidden(line: str, shown: str) -> str:
    """What the mask stands for."""
    before, _, after = shown.partition(MASK)
    end = len(line) - len(after) if after and line.endswith(after) else len(line)
    return line[len(before) : end]


LINTER = Linter("secret", lambda source: True, look, RULES)
