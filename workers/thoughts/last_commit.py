"""The last commit: what it changed, whether it says that something is different now, and the code
as it was before."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from core.db.symbol_graph import Definition
from workers.runners import RUNNERS
from workers.sandbox import Workspace
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

_ALONE_SECONDS = 30.0
_NEWS = re.compile(r"(^|/)(change|changes|changelog|history|news|release)[^/]*(/|$)", re.IGNORECASE)
_TEST = re.compile(r"(^|/)(tests?|testing|spec|__tests__)/|(^|[/._-])(test|spec)[._]")
_SAID = re.compile(
    r"\b(fix|bug|mend|correct|change|deprecat|break|revert|release|version|bump|merge)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Before:
    """The last commit: `texts` of what it changed as they were, None for what was not there;
    `changed` are the functions that it changed, `announced` why its outcomes may differ on
    purpose."""

    commit: str = ""
    subject: str = ""
    texts: tuple[tuple[str, str | None], ...] = ()
    changed: tuple[Definition, ...] = ()
    announced: str = ""

    def is_about(self, path: str) -> bool:
        return any(path == each for each, _ in self.texts)


async def before(read: Reader) -> Before:
    """Empty where there is no commit before, or it changed no function."""
    texts = await read.earlier()
    if not texts:
        return Before()
    subject = await read.subject()
    both = {path: (text, await read.text(path) or "") for path, text in texts.items()}
    return before_of(read.commit, subject, both, await read.outlines(list(texts)))


def before_of(
    commit: str,
    subject: str,
    texts: Mapping[str, tuple[str | None, str]],
    outlines: Mapping[str, Sequence[Definition]],
) -> Before:
    """`texts` are before and now, `outlines` the definitions of now."""
    changed = [
        replace(each, path=path)
        for path, definitions in outlines.items()
        for each in definitions
        if not _TEST.search(path)
        and each.kind in ("function", "method")
        and _text(each, texts[path][1]) not in (texts[path][0] or "")
    ]
    aside = {path for path in texts if _TEST.search(path) or not outlines.get(path)}
    said = announced(subject, texts, aside, changed)
    were = tuple((path, was) for path, (was, _) in texts.items())
    return Before(commit, subject, were, tuple(changed), said)


def _text(definition: Definition, text: str) -> str:
    return "\n".join(text.splitlines()[definition.start_line - 1 : definition.end_line])


def announced(
    subject: str,
    texts: Mapping[str, tuple[str | None, str]],
    aside: Collection[str],
    changed: Sequence[Definition],
) -> str:
    """Why outcomes may differ on purpose; '' where nobody says that they do. `texts` are before and
    now; those of `aside` are tests and documents."""
    if _SAID.search(subject):
        return "its message says that something is different"
    if any(_NEWS.search(path) for path in texts):
        return "the list of changes was changed too"
    for path, (was, now) in texts.items():
        more = "\n".join(set(now.splitlines()) ^ set((was or "").splitlines()))
        names = (re.escape(each.name) for each in changed)
        named = path in aside and any(re.search(rf"\b{name}\b", more) for name in names)
        if named or _TEST.search(path):
            return f"{path} was changed with it"
    known = "\n".join(was or "" for was, _ in texts.values())
    for each in changed:
        if not all(line.strip() in known for line in each.docstring.splitlines()):
            return f"the documentation of `{each.qualified}` was changed with it"
    return ""


def overlay(workspace: Workspace, last: Before) -> None:
    """The code as it was. What was not there is left empty."""
    for path, text in last.texts:
        try:
            workspace.write(path, text or "")
        except (ValueError, OSError):
            continue


async def fails(tools: Tools, language: str, text: str) -> bool:
    """Whether a test fails on the code as it is."""
    async with tools.workspace() as workspace:
        ran = await RUNNERS[language].alone(workspace, text, _ALONE_SECONDS)
    return bool(ran.of("failed"))


async def holds(tools: Tools, language: str, text: str, last: Before) -> bool:
    """Whether a test passes on the code as it was."""
    async with tools.workspace() as workspace:
        overlay(workspace, last)
        ran = await RUNNERS[language].alone(workspace, text, _ALONE_SECONDS)
    return bool(ran.of("passed")) and not ran.of("failed")
