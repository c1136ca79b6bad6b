"""Runs and risks on the terminal: a head and what is said of it, folded; a line each in a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from cli.show import printable
from core.words import many

if TYPE_CHECKING:
    from core.db.risks import Risk
    from core.db.runs import Run

_WIDEST = 100
_INDENT = 6
_IDLE = frozenset({"nothing", "known"})
_HEAT = ((0.65, "bold red"), (0.45, "red"), (0.25, "yellow"))


def run(console: Console, run: Run) -> None:
    """One that had nothing to do is told in a pipe alone."""
    if console.is_terminal and run.status in _IDLE:
        return
    said = _line(run.summary or run.problem or run.status)
    place = _line(run.about.title)
    if not console.is_terminal:
        console.print(Text(f"{run.kind} · {place} · {run.seconds:.1f} s · {said}"), soft_wrap=True)
        return
    head = Text(f"{run.kind}", style="bold")
    head.append(f"  {place}", style="cyan")
    head.append(f"  {run.seconds:.1f} s", style="dim")
    if run.found:
        head.append(f"  {many(run.found, 'new finding')}", style="bold green")
    _block(console, head, Text(said, style="" if run.status == "done" else "yellow"), 2)


def risks(console: Console, found: Sequence[Risk]) -> None:
    for risk in found:
        reasons = _line("; ".join(risk.reasons))
        place = " · ".join(_line(part) for part in (risk.path, risk.symbol) if part)
        score = f"{risk.score:4.0%}"
        if not console.is_terminal:
            console.print(Text(f"{score}  {place} · {reasons}"), soft_wrap=True)
            continue
        head = Text(score, style=next((s for least, s in _HEAT if risk.score >= least), "dim"))
        head.append(f"  {place}", style="bold cyan")
        _block(console, head, Text(reasons, style="dim"), _INDENT)


@contextmanager
def waiting() -> Iterator[Callable[[int, int], None]]:
    """A sign of life on a terminal's stderr while Thoughts run; nothing elsewhere. It is told how
    many ended, and how many findings are new."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, found: None
        return
    with console.status("Thinking …") as status:
        yield lambda done, found: status.update(
            f"Thinking … {many(done, 'Thought')} ended, {many(found, 'new finding')}"
        )


def _block(console: Console, head: Text, body: Text, indent: int) -> None:
    """The body is folded below its head, no wider than can be read."""
    console.print(head, soft_wrap=True)
    width = min(console.width, _WIDEST)
    console.print(Padding(body, (0, 0, 0, indent)), width=width)


def _line(text: str) -> str:
    return " ".join(printable(text).split())
