"""tsc: types of TypeScript, without the repository's configuration or dependencies.

Modules that are not there are of any type: only what follows from the code at hand counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.linters.base import (
    Desk,
    Linter,
    Report,
    Rule,
    Source,
    dotted,
    plain_path,
    shortened,
)

_PROGRAM = "node/node_modules/typescript/bin/tsc"
_NEVER = Rule("dead-check", "medium", why="The check has always the same outcome.")
_GUESS = Rule("suspicious", "medium")
RULES: dict[str, Rule] = {
    **dict.fromkeys(("TS2774", "TS2801", "TS2845", "TS2839"), _NEVER),
    "TS2367": Rule("dead-check", "medium"),
    "TS2588": Rule("crash", "high", why="A constant cannot be assigned to: this throws."),
    "TS2448": Rule("undefined-name", "high"),
    "TS2554": Rule("wrong-call", "medium"),
    "TS2551": Rule("suspicious", "low"),
}
_LINE = re.compile(r"^(?P<path>.+?)\((?P<line>\d+),\d+\): error (?P<rule>TS\d+): (?P<said>.*)$")


def _reads(source: Source) -> bool:
    return source.language in ("typescript", "tsx") and not source.quiet


async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
    printed = await desk.run(
        [
            *("node", str(desk.workspace.toolchain.folder / _PROGRAM), "--noEmit", "--strict"),
            *("--pretty", "false", "--skipLibCheck", "--ignoreConfig", "--target", "esnext"),
            *("--module", "esnext", "--moduleResolution", "bundler", "--jsx", "preserve"),
            *("--allowImportingTsExtensions", *dotted(sources)),
        ],
        good=(0, 1, 2),
    )
    known = {source.path: source for source in sources}
    reports = []
    for line in printed.splitlines():
        found = _LINE.match(line)
        source = known.get(plain_path(found["path"])) if found else None
        if found and source and found["rule"] in RULES:
            at, rule = int(found["line"]), found["rule"]
            said = shortened(found["said"])
            reports.append(Report("tsc", rule, source.path, at, at, said, RULES[rule]))
    return reports


LINTER = Linter("tsc", _reads, look, RULES, program=_PROGRAM)
