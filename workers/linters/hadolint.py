"""hadolint: Dockerfiles. Of its rules those about images that are not what they seem to be."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

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

_IGNORED = Rule("no-effect", "medium", why="Only the last one counts.")
_FAILS = Rule("crash", "high", why="The image cannot be built.")

RULES: dict[str, Rule] = {
    **dict.fromkeys(("DL4003", "DL4004", "DL3012"), _IGNORED),
    **dict.fromkeys(("DL3011", "DL3021", "DL3022", "DL3023", "DL3024", "DL3043", "DL3061"), _FAILS),
    "DL3044": Rule("no-effect", "medium", why="The variable has its old value in this line."),
    "DL3045": Rule("suspicious", "low"),
    "SC2115": Rule("deletes-too-much", "high", why="Where the variable is empty, it deletes /."),
    "SC2168": Rule("crash", "medium"),
}
_NAME = re.compile(r"(?:^|/)(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$|\.dockerfile$", re.I)


async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
    # Without one of ours, the repository's configuration would count.
    config = f"ponder-{secrets.token_hex(8)}.yaml"
    desk.workspace.write(config, "ignored: []\n")
    printed = await desk.run(
        [
            *(desk.program("hadolint"), "--no-fail", "-f", "json", "-c", config),
            *("--disable-ignore-pragma", "--", *dotted(sources)),
        ],
        good=(0, 1),
    )
    known = {source.path: source for source in sources}
    reports = []
    for each in parsed(printed):
        source, rule = known.get(plain_path(str(each["file"]))), str(each["code"])
        if source is not None and rule in RULES:
            at, said = int(each["line"]), shortened(str(each["message"]))
            reports.append(Report("hadolint", rule, source.path, at, at, said, RULES[rule]))
    return reports


LINTER = Linter(
    "hadolint",
    lambda source: bool(_NAME.search(source.path)),
    look,
    RULES,
    program="bin/hadolint",
)
