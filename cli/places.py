"""The places of a search on the terminal: by file, with their lines; plain lines in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from cli.show import printable

if TYPE_CHECKING:
    from workers.retrieve.preview import Line
    from workers.search import Result, Shown

WIDEST = 160


def show(result: Result) -> None:
    """Best first: a file stands where its best place does."""
    console = Console(highlight=False)
    if not result.shown:
        print(_nothing(result), file=sys.stderr)
    elif console.is_terminal:
        _tell(console, result)
    else:
        sys.stdout.writelines(f"{line}\n" for each in result.shown for line in plain(each))


def plain(each: Shown) -> Iterator[str]:
    """Like grep's: a place that editors can open, then what is there."""
    place = each.place
    if place.matched is None:
        lines = f"{place.start_line}-{place.end_line}"
        yield printable(f"{place.path}:{lines}  {place.symbol or place.kind}", keep="")
        return
    for line in each.lines:
        if line.number in place.matched:
            yield printable(f"{place.path}:{line.number}:{line.text}", keep="\t")


def _nothing(result: Result) -> str:
    if not result.query.operators:
        return "Nothing in the repository is about that."
    return (
        f"Nothing at {result.snapshot.commit_sha[:9]} fits all of that; leave a condition out, or "
        "put a backslash before a word that is no condition."
    )


def _tell(console: Console, result: Result) -> None:
    width = min(console.width, WIDEST)
    by_file: dict[str, list[Shown]] = {}
    for each in result.shown:
        by_file.setdefault(each.place.path, []).append(each)
    for path, found in by_file.items():
        console.print(Text(printable(path, keep=""), style="bold cyan"), soft_wrap=True)
        digits = len(str(max(line.number for each in found for line in each.lines)))
        for each in found:
            _print(console, _head(each), width)
            for line in each.lines:
                _print(console, _line(line, digits), width)
        console.print()
    console.print(Text(closing(result), style="dim"), soft_wrap=True)


def _print(console: Console, text: Text, width: int) -> None:
    text.truncate(width, overflow="ellipsis")
    console.print(text, no_wrap=True, crop=False)


def _head(each: Shown) -> Text:
    place = each.place
    lines = f"{place.start_line}" + (f"-{place.end_line}" * (place.end_line > place.start_line))
    head = Text()
    head.append(f"  {lines}", style="green")
    head.append(f"  {printable(place.symbol, keep='')}", style="bold")
    return head.append(f"  {place.kind}", style="dim")


def _line(line: Line, digits: int) -> Text:
    """Tabs are widened after the matches are marked: columns are those of the file."""
    code = Text(printable(line.text, keep="\t"), tab_size=4)
    for start, end in line.spans:
        code.stylize("bold yellow", start, end)
    code.expand_tabs()
    number = f"  {line.number:>{digits}} {'│' if line.spans else ' '} "
    return Text().append(number, style="dim").append_text(code)


def closing(result: Result) -> str:
    shown, total = len(result.shown), result.total
    more = "" if result.complete else "more than "
    of = f"{shown} of {more}{total}" if shown < total or more else f"{total}"
    ref = f" ({result.query.ref})" if result.query.ref else ""
    return (
        f"{of} place{'s' * (total != 1)} at {result.snapshot.commit_sha[:9]}{ref}"
        f" · {result.seconds:.2f} s"
    )
