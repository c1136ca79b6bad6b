"""semgrep, with rules of our own: rules/<language>/<rule>.yml, one rule a language.

A rule's `metadata` has what Ponder needs: `kind` of problem, `security`, `tests`
(whether it counts there), `statement` (what it looks like where it stands alone, if a part of one
does not count), and examples, `bad` and `good`, which the tests run.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from workers.linters.base import (
    Desk,
    Linter,
    Report,
    Rule,
    Source,
    dotted,
    parsed,
    plain_path,
    shortened,
)

MOST_FILES = 700
"""Of one call: a start costs as much as a hundred files, and what a call found is lost where it
does not end in time."""
RULES_FOLDER = Path(__file__).parent / "rules"
_SEVERITIES = {"CRITICAL": "critical", "HIGH": "high", "MEDIUM": "medium", "LOW": "low"}
_LANGUAGES = {
    "python": "python",
    "javascript": "javascript",
    "typescript": "javascript",
    "tsx": "javascript",
    "go": "go",
    "java": "java",
}
"""The folder of rules for each language."""

_FOR = "--"
"""Between a rule's name and the language that it is for."""

# Without these each start waits for a network that is not there.
_ENVIRONMENT = {
    "SEMGREP_ENABLE_VERSION_CHECK": "0",
    "SEMGREP_SEND_METRICS": "off",
}


@cache
def written() -> dict[str, dict[str, Any]]:
    """Our rules as written, by folder and name: 'python/open-without-close'."""
    return {
        f"{path.parent.name}/{path.stem}": yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted(RULES_FOLDER.glob("*/*.yml"))
    }


def _rule(rule: dict[str, Any]) -> Rule:
    said = rule["metadata"]
    return Rule(
        said["kind"],
        _SEVERITIES[rule["severity"]],  # type: ignore[arg-type] # one of the four
        security=said.get("security", False),
        in_tests=said.get("tests", True),
        why=said.get("why", ""),
    )


RULES = {name.replace("/", "-"): _rule(rule) for name, rule in written().items()}
_STATEMENTS = {
    name.replace("/", "-"): re.compile(rule["metadata"]["statement"], re.DOTALL)
    for name, rule in written().items()
    if "statement" in rule["metadata"]
}
"""What the statements look like that a rule is about, where they stand alone."""


def configuration(languages: set[str]) -> str:
    """The rules for these languages, as one document for semgrep."""
    folders = {_LANGUAGES[language] for language in languages}
    chosen = []
    for name, rule in written().items():
        if name.partition("/")[0] in folders:
            plain = {key: value for key, value in rule.items() if key != "metadata"}
            # A rule with two languages finds things in one of them only.
            for language in rule["languages"]:
                chosen.append(
                    {"id": f"{name.replace('/', '-')}{_FOR}{language}", **plain}
                    | {"languages": [language]}
                )
    return yaml.safe_dump({"rules": chosen}, sort_keys=False)


async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
    # The name cannot be foreseen: a repository has no such file, nor a link in its place.
    config = f"ponder-{secrets.token_hex(8)}.yml"
    desk.workspace.write(config, configuration({source.language for source in sources}))
    printed = await desk.run(
        [
            *(desk.program("semgrep"), "scan", "--json", "--quiet", "--metrics=off"),
            *("--disable-version-check", "--config", config, "--no-rewrite-rule-ids"),
            *("--disable-nosem", "--no-git-ignore", "--x-ignore-semgrepignore-files"),
            *("--timeout", "10", "--max-target-bytes", "1000000", "--max-memory", "1500"),
            *("-j", "1", "--", *dotted(sources)),
        ],
        environment=_ENVIRONMENT,
    )
    known = {source.path: source for source in sources}
    return [report for each in parsed(printed)["results"] for report in _reports(each, known)]


def _reports(found: dict[str, Any], known: dict[str, Source]) -> Iterator[Report]:
    source = known.get(plain_path(str(found["path"])))
    rule = str(found["check_id"]).partition(_FOR)[0]
    if source is None or rule not in RULES:
        return
    if rule not in _STATEMENTS or _is_statement(rule, found, source.lines):
        yield Report(
            "ponder",
            rule,
            source.path,
            int(found["start"]["line"]),
            int(found["end"]["line"]),
            shortened(str(found["extra"]["message"])),
            RULES[rule],
        )


def _is_statement(rule: str, found: dict[str, Any], lines: Sequence[str]) -> bool:
    """Semgrep finds a statement within another as well, and tells the place of the whole or of the
    part: `x;` in `y(x);` and in `() -> x`."""
    start, end = found["start"], found["end"]
    text = "\n".join(lines[start["line"] - 1 : end["line"] + 1])
    last = len("\n".join(lines[start["line"] - 1 : end["line"] - 1])) + end["col"]
    last -= start["line"] == end["line"]
    said, after = text[start["col"] - 1 : last], text[last:].lstrip()
    stands_alone = said.endswith(";") or not after.startswith((".", ",", ")", "]", "?"))
    return stands_alone and bool(_STATEMENTS[rule].fullmatch(said))


def _reads(source: Source) -> bool:
    return source.language in _LANGUAGES


LINTER = Linter(
    "semgrep", _reads, look, RULES, program="bin/semgrep", tool="ponder", most=MOST_FILES
)
