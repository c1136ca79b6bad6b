"""ruff: Python. Of its nine hundred rules those that find mistakes, none about style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from workers.linters.base import (
    Desk,
    Edit,
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
from workers.linters.defaults import is_changed
from workers.sandbox import Workspace

_FORMAT = Rule("format-string", "high", why="This raises or prints the wrong text when it runs.")
_EXTRA = Rule("format-string", "low", why="An argument is given that the text never shows.")
_NEVER = Rule("dead-check", "medium", why="The check has always the same outcome.")
_ALWAYS = Rule("dead-check", "medium", in_tests=False, why=_NEVER.why)
_PROTOCOL = Rule(
    "special-method", "high", in_tests=False, why="Python raises TypeError when it calls this."
)
_SYNTAX = Rule("syntax", "critical", why="The file cannot be imported.")
_CRASH = Rule("crash", "high", why="This raises whenever it runs.")
_GUESS = Rule("suspicious", "medium")
_OPINION = Rule("suspicious", "low")
_BLOCKED = Rule("blocked-loop", "medium", in_tests=False)

RULES: dict[str, Rule] = {
    "invalid-syntax": _SYNTAX,
    **dict.fromkeys(("F404", "F622", "F633", "F701", "F702", "F704", "F706", "F707"), _SYNTAX),
    **dict.fromkeys(("PLE0115", "PLE0117", "PLE0118", "PLE1142", "PLE1700"), _SYNTAX),
    **dict.fromkeys(("F501", "F502", "F503", "F505", "F506", "F507", "F508", "F509"), _FORMAT),
    **dict.fromkeys(("F521", "F524", "F525", "PLE1300", "PLE1307"), _FORMAT),
    **dict.fromkeys(("PLE1205", "PLE1206"), _FORMAT),
    **dict.fromkeys(("F504", "F522", "F523"), _EXTRA),
    **dict.fromkeys(("F631", "F634", "PLW0129", "RUF040", "RUF030"), _NEVER),
    **dict.fromkeys(("PLE0100", "PLE0302", "PLE0303", "PLE0304"), _PROTOCOL),
    **dict.fromkeys(("PLE0305", "PLE0307", "PLE0308", "PLE0309"), _PROTOCOL),
    **dict.fromkeys(("PLE0237", "PLE0241", "PLE0604", "PLE1132"), _CRASH),
    **dict.fromkeys(("B029", "B030", "PLW0245", "RUF016", "RUF008"), _CRASH),
    "F821": Rule("undefined-name", "high", why="Running this line raises NameError."),
    "F823": Rule("undefined-name", "high", why="Running this line raises UnboundLocalError."),
    "F822": Rule("undefined-name", "medium", why="`from … import *` raises AttributeError."),
    "F601": Rule("repeated-key", "medium", why="The later value replaces the earlier one."),
    "F811": _GUESS,
    "F402": Rule("suspicious", "medium", in_tests=False),
    "F901": Rule("crash", "high", why="NotImplemented is no exception: this raises TypeError."),
    **dict.fromkeys(("SIM222", "SIM223", "RUF034", "RUF060"), _ALWAYS),
    "PLR0124": Rule("dead-check", "medium", in_tests=False),
    "PLW0127": Rule("no-effect", "low"),
    "RUF064": Rule("wrong-call", "high", why="These are other permissions: octal needs 0o."),
    "B022": Rule("no-effect", "medium", why="It suppresses nothing without an exception."),
    **dict.fromkeys(("ASYNC220", "ASYNC221", "ASYNC222"), _BLOCKED),
    "F632": Rule("identity", "medium", why="`is` compares identity; equal values may differ."),
    "B002": Rule("no-effect", "medium", why="Python has no `++`; this changes nothing."),
    "B003": Rule("environment", "medium", in_tests=False, why="Child processes do not see it."),
    "B004": _OPINION,
    "B005": _GUESS,
    "PLE1310": _GUESS,
    "B006": Rule("shared-default", "medium", why="All calls share the one default value."),
    "B012": Rule("lost-exception", "medium"),
    "B015": Rule("no-effect", "medium", why="The result of the comparison is thrown away."),
    "B016": Rule("crash", "high", why="Only exceptions can be raised: this raises TypeError."),
    "B023": Rule("late-binding", "low", in_tests=False),
    "B025": Rule("dead-check", "medium", why="The second handler can never run."),
    "B031": _GUESS,
    "B032": Rule("no-effect", "medium", why="A colon in place of `=`: nothing is assigned."),
    "B035": Rule("repeated-key", "medium", why="Each turn of the loop replaces the one entry."),
    "B039": Rule("shared-default", "medium", why="All contexts share the one default value."),
    "B909": Rule("changed-while-read", "low"),
    "PLE4703": Rule("changed-while-read", "high", why="This raises RuntimeError."),
    "PLE0643": Rule("out-of-range", "high", why="The index lies beyond the end: IndexError."),
    "PLE1507": _CRASH,
    "PLE2502": Rule("hidden-text", "high", security=True, why="It reads otherwise than it runs."),
    "PLW0128": _OPINION,
    "PLW0133": Rule("forgotten-raise", "high", why="The exception is made and never raised."),
    "PLW0177": Rule("dead-check", "medium", why="Nothing is equal to NaN, not even NaN."),
    "PLW0711": Rule("dead-check", "medium", why="Only one of the exceptions is caught."),
    "PLW1501": _CRASH,
    "PLW2101": Rule("no-effect", "high", why="A lock made on the spot excludes nobody."),
    "RUF006": Rule("lost-task", "medium", in_tests=False),
    "RUF018": Rule("no-effect", "medium"),
    "RUF024": Rule("shared-default", "medium", why="All keys share the one value."),
    "RUF026": Rule("no-effect", "high", why="This makes an empty factory and a key."),
    "ASYNC251": Rule("blocked-loop", "medium", in_tests=False, why="All tasks stand still."),
    "ASYNC210": _BLOCKED,
    "LOG004": Rule("no-effect", "low"),
    "S306": Rule("race", "medium", security=True, in_tests=False),
}
"""All else that ruff knows is off."""

_RAISES = re.compile(r"try\s*:|(?:async\s+)?with\b.*(?:raises|warns|suppress)", re.IGNORECASE)
"""The beginning of a block in which comparing is what is tried."""


async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
    chosen = ",".join(name for name in RULES if name != "invalid-syntax")
    printed = await desk.run(
        [
            *(desk.program("ruff"), "check", "--isolated", "--no-cache", "--ignore-noqa"),
            *("--no-fix", "--exit-zero", "--quiet", "--preview", "--target-version", "py315"),
            *("--output-format", "json", "--select", chosen, "--", *dotted(sources)),
        ],
    )
    known = {source.path: source for source in sources}
    reports = [report for each in parsed(printed) for report in _reports(each, known)]
    return [each for each in reports if not _names_a_module(desk.workspace, each)]


def _names_a_module(workspace: Workspace, report: Report) -> bool:
    """What `__all__` of a package may name as well: `import *` imports it."""
    named = re.search(r"`(\w+)` in `__all__`", report.message)
    folder, _, name = report.path.rpartition("/")
    if report.rule != "F822" or named is None or name != "__init__.py":
        return False
    module = f"{folder}/{named[1]}".removeprefix("/")
    return any(workspace.read(f"{module}{end}") is not None for end in (".py", "/__init__.py"))


def _reports(found: dict[str, Any], known: dict[str, Source]) -> Iterator[Report]:
    source = known.get(plain_path(str(found["filename"])))
    code = str(found["code"] or "invalid-syntax")
    if source is None or code not in RULES or not _counts(code, found, source):
        return
    first = int(found["location"]["row"])
    yield Report(
        "ruff",
        code,
        source.path,
        first,
        max(first, int(found["end_location"]["row"])),
        shortened(str(found["message"])),
        RULES[code],
        _edits(found.get("fix")),
    )


def _counts(code: str, found: dict[str, Any], source: Source) -> bool:
    """What ruff cannot know, and what decides whether a report is a bug."""
    if code == "invalid-syntax":
        # A template of a Python file is none, and a broken one among tests is broken on purpose.
        return not source.quiet and "{{" not in source.text and "{%" not in source.text
    if code == "F821":
        return not _is_submodule(str(found["message"]), source)
    if code == "PLE2502":
        return _turns(source.lines[int(found["location"]["row"]) - 1])
    if code == "B015":
        return not _RAISES.match(_around(source.lines, int(found["location"]["row"])))
    if code == "B006":
        at = found["location"]
        return is_changed(source.text, int(at["row"]), int(at["column"]))
    # It offers to take a repeated key out where both values are the same.
    return code != "F601" or not found.get("fix")


def _is_submodule(message: str, source: Source) -> bool:
    """Whether a name is there because a package imports from its own module of that name."""
    name = re.search(r"`(\w+)`", message)
    in_package = source.path.rpartition("/")[2] == "__init__.py"
    imported = rf"^[^\S\n]*from\s+\.{name[1]}(?:\.[\w.]+)?\s+import\b" if name else ""
    return in_package and bool(imported) and bool(re.search(imported, source.text, re.MULTILINE))


def _around(lines: Sequence[str], row: int) -> str:
    """The line that begins the block in which a line stands, without its indentation."""
    depth = len(lines[row - 1]) - len(lines[row - 1].lstrip())
    for line in reversed(lines[max(0, row - 60) : row - 1]):
        if line.strip() and len(line) - len(line.lstrip()) < depth:
            return line.strip()
    return ""


def _turns(line: str) -> bool:
    """Whether a line turns the order of what stands in it; a mark between letters does not."""
    return any("\u202a" <= each <= "\u202e" or "\u2066" <= each <= "\u2069" for each in line)


def _edits(fix: dict[str, Any] | None) -> tuple[Edit, ...]:
    if not fix or fix.get("applicability") != "safe":
        return ()
    return tuple(
        Edit(
            (each["location"]["row"], each["location"]["column"]),
            (each["end_location"]["row"], each["end_location"]["column"]),
            each["content"],
        )
        for each in fix["edits"]
    )


LINTER = Linter("ruff", of_language("python"), look, RULES, program="bin/ruff")
