"""ESLint: JavaScript and TypeScript. Of its rules those that find mistakes, none about style."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

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

_NODE = "node/node_modules"
_NEVER = Rule("dead-check", "medium", why="The check has always the same outcome.")
_CRASH = Rule("crash", "high", why="This throws whenever it runs.")
_LOST = Rule("repeated-key", "medium", why="The later one replaces the earlier one.")
_GUESS = Rule("suspicious", "medium")

RULES: dict[str, Rule] = {
    **dict.fromkeys(("use-isnan", "valid-typeof", "no-dupe-else-if", "no-duplicate-case"), _NEVER),
    "no-compare-neg-zero": _NEVER,
    # Tests write (called = true) && value, and mean it.
    "no-constant-binary-expression": Rule("dead-check", "medium", in_tests=False, why=_NEVER.why),
    **dict.fromkeys(("no-empty-character-class", "no-unsafe-negation"), _NEVER),
    **dict.fromkeys(("no-const-assign", "no-class-assign", "no-this-before-super"), _CRASH),
    **dict.fromkeys(("constructor-super", "no-obj-calls", "no-invalid-regexp"), _CRASH),
    **dict.fromkeys(("no-import-assign", "no-new-native-nonconstructor"), _CRASH),
    **dict.fromkeys(("no-unsafe-optional-chaining",), Rule("crash", "medium")),
    **dict.fromkeys(("no-dupe-keys", "no-dupe-class-members", "no-dupe-args"), _LOST),
    "for-direction": Rule("endless-loop", "high", why="The counter goes away from its end."),
    "no-self-assign": Rule("no-effect", "medium", why="A thing is assigned to itself."),
    "no-unsafe-finally": Rule("lost-exception", "medium"),
    "no-setter-return": Rule("no-effect", "low"),
    "getter-return": _GUESS,
    "no-func-assign": _GUESS,
    "no-cond-assign": _GUESS,
    "no-self-compare": _GUESS,
    "no-sparse-arrays": _GUESS,
    "no-unreachable": Rule("dead-code", "low"),
    "no-async-promise-executor": Rule("lost-exception", "medium"),
    "no-loss-of-precision": Rule("arithmetic", "medium"),
    "no-misleading-character-class": Rule("dead-check", "medium"),
    "no-unexpected-multiline": _GUESS,
    "array-callback-return": _GUESS,
    "no-template-curly-in-string": Rule("suspicious", "medium", in_tests=False),
    "no-useless-backreference": _NEVER,
    "no-ex-assign": _GUESS,
}


async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
    # The name cannot be foreseen: a repository has no such folder, nor a link in its place.
    folder = f"ponder-{secrets.token_hex(8)}"
    config = Path(__file__).with_name("eslint.mjs").read_text(encoding="utf-8")
    desk.workspace.write(f"{folder}/eslint.mjs", config)
    desk.workspace.write(f"{folder}/rules.json", json.dumps(dict.fromkeys(RULES, 2)))
    tools = desk.workspace.toolchain.folder
    printed = await desk.run(
        [
            *("node", str(tools / _NODE / "eslint/bin/eslint.js"), "--no-config-lookup"),
            *("-c", f"{folder}/eslint.mjs", "--no-inline-config", "--no-ignore", "-f", "json"),
            *("--no-error-on-unmatched-pattern", "--", *dotted(sources)),
        ],
        good=(0, 1),
        environment={"PONDER_NODE": str(tools / "node")},
    )
    known = {source.path: source for source in sources}
    return [report for each in parsed(printed) for report in _reports(each, known)]


def _reports(found: dict[str, Any], known: dict[str, Source]) -> Iterator[Report]:
    source = known.get(plain_path(str(found["filePath"])))
    for each in found["messages"]:
        rule = each.get("ruleId")
        if source is not None and rule in RULES:
            first = int(each["line"])
            yield Report(
                "eslint",
                rule,
                source.path,
                first,
                max(first, int(each.get("endLine") or first)),
                shortened(str(each["message"])),
                RULES[rule],
            )


LINTER = Linter(
    "eslint",
    of_language("javascript", "typescript", "tsx"),
    look,
    RULES,
    program=f"{_NODE}/eslint/bin/eslint.js",
    most=1_000,
)
