"""An answer on the terminal: streamed while it is made, then whole, with links and cited code."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from rich.console import Console, Group
from rich.live import Live
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.text import Text

from core.stream import Event

if TYPE_CHECKING:
    from core.db.answers import Answer
    from core.db.citations import Citation
    from core.db.repositories import Repository
    from workers.context import Context

PREVIEW_LINES = 12
PREVIEWS = 6
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
_MARK = re.compile(r"\[(\d+)\](?![(\[])")


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation, the link that opens it, and the lines it names; `at`: of which commit, where that
    is not the answer's."""

    citation: Citation
    link: str
    lines: str
    at: str = ""

    @property
    def place(self) -> str:
        start, end = self.citation.start_line, self.citation.end_line
        path = printable(self.citation.path, keep="")
        return f"{path}:{start}" + (f"-{end}" if end > start else "")


@dataclass
class Streamed:
    """What has been said so far, on a part of the screen that the whole answer then replaces."""

    live: Live | None
    status: str = "Thinking"
    text: list[str] = field(default_factory=list)

    async def event(self, event: Event) -> None:
        match event:
            case {"type": "status", "text": str(status)}:
                self.status = status
            case {"type": "text", "text": str(text)}:
                self.text.append(text)
            case {"type": "replace", "text": str(text)}:
                self.text = [text]
        if self.live is not None:
            self.live.update(self._tail())

    def _tail(self) -> Group:
        """The last lines: a live part taller than the screen cannot be taken back."""
        lines = printable("".join(self.text)).splitlines()[-max(self._height() - 4, 1) :]
        return Group(Text("\n".join(lines)), Text(f"{self.status} …", style="dim"))

    def _height(self) -> int:
        assert self.live is not None
        return self.live.console.height


@contextmanager
def streamed(*, quiet: bool) -> Iterator[Streamed]:
    console = Console()
    if quiet or not console.is_terminal:
        yield Streamed(None)
        return
    with Live(console=console, transient=True, refresh_per_second=8) as live:
        yield Streamed(live)


def cited(
    context: Context, repository: Repository, citations: Sequence[Citation], commit: str
) -> list[Cited]:
    """Citations with their lines, read from git at their commit; `commit` is the answer's."""
    from workers.git import blob_at, mirror_path

    mirror = mirror_path(context.mirrors, repository.id)
    found = []
    for citation in citations:
        blob = blob_at(mirror, citation.commit_sha, citation.path)
        lines = blob[1].decode(errors="replace").split("\n") if blob else []
        text = "\n".join(lines[citation.start_line - 1 : citation.end_line])
        at = "" if citation.commit_sha == commit else citation.commit_sha[:9]
        found.append(Cited(citation, _link(repository, citation, at), text, at))
    return found


def _link(repository: Repository, citation: Citation, at: str) -> str:
    """The file itself where it is on this machine: that opens without a server. What it was at a
    commit of the past is not in the file."""
    file = Path(repository.source) / citation.path
    is_here = repository.source.startswith("/") and file.is_file() and not at
    return file.as_uri() if is_here else citation.url


def answer(answer: Answer, citations: Sequence[Cited]) -> None:
    console = Console(highlight=False)
    text = printable(answer.text).rstrip()
    if console.is_terminal:
        console.print(_rendered(linked(text, citations)), width=min(console.width, 100))
    else:
        sys.stdout.write(text + "\n")
    for number, each in enumerate(citations):
        console.print()
        _cite(console, each, preview=number < PREVIEWS)
    console.print()
    console.print(Text(closing(answer), style="dim"), soft_wrap=True)


class _Parser(MarkdownIt):
    """Takes links to files too: the citations of a repository on this machine are such links."""

    def validateLink(self, url: str) -> bool:
        return url.startswith("file:///") or super().validateLink(url)


def _rendered(text: str) -> Markdown:
    rendered = Markdown("")
    rendered.parsed = _Parser().enable("table").parse(text)
    return rendered


def linked(text: str, citations: Sequence[Cited]) -> str:
    """The Markdown with each [n] made a link, except in code."""
    links = {each.citation.ordinal: each.link for each in citations}

    def link(match: re.Match[str]) -> str:
        url = links.get(int(match[1]))
        return f"[\\[{match[1]}\\]](<{url}>)" if url else match[0]

    parts = _CODE.split(text)
    return "".join(part if i % 2 else _MARK.sub(link, part) for i, part in enumerate(parts))


def _cite(console: Console, each: Cited, *, preview: bool) -> None:
    head = Text(f"[{each.citation.ordinal}] ", style="bold")
    head.append(each.place, style=f"bold cyan link {each.link}")
    head.append(f" at {each.at}" if each.at else "", style="dim")
    console.print(head, soft_wrap=True)
    if preview and each.lines:
        console.print(_code(console, each), soft_wrap=not console.is_terminal)
        if (more := each.lines.count("\n") + 1 - PREVIEW_LINES) > 0:
            console.print(Text(f"  … {more} more lines", style="dim"))


def _code(console: Console, each: Cited) -> Syntax:
    lines = each.lines.split("\n")
    shown = "\n".join(lines[:PREVIEW_LINES])
    return Syntax(
        printable(shown),
        Syntax.guess_lexer(each.citation.path, shown),
        theme="ansi_dark",
        background_color="default",
        line_numbers=True,
        start_line=each.citation.start_line,
        code_width=None if console.is_terminal else 10_000,
    )


def printable(text: str, *, keep: str = "\n\t") -> str:
    """Without control characters: a repository's text must not drive the terminal."""
    return "".join(c if c in keep or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def closing(answer: Answer) -> str:
    """How the answer was made, in one line."""
    checks = f"{answer.checks_passed} citation{'s' * (answer.checks_passed != 1)} checked"
    if answer.checks_failed:
        checks += f", {answer.checks_failed} removed"
    made = answer.model or "no model"
    parts = [f"at {answer.commit_sha[:9]}", made, checks, f"{answer.seconds:.1f} s"]
    return " · ".join(parts) + (f"\n{answer.notice}" if answer.notice else "")
