"""Findings on the terminal: a list with places that editors open, and one with all its proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.text import Text

from cli.show import printable
from core.db.findings import Finding

_SHORT = 8
_COLORS = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "dim"}
_PATCHES = {
    "drafted": "a patch is drafted",
    "verified": "a patch waits for you",
    "taken": "its patch was taken",
    "refused": "its patch was refused",
}


def is_opinion(finding: Finding) -> bool:
    """Suspected and of low severity: lists leave it out unless somebody asks."""
    return finding.evidence == "suspected" and finding.severity == "low"


def listed(repo: str, commit: str, found: Sequence[Finding], *, everything: bool) -> None:
    """What is open, the strongest first, and a closing line that says what is not shown."""
    console = Console(highlight=False)
    there = [each for each in found if each.state == "open"]
    shown = [each for each in there if everything or not is_opinion(each)]
    for each in shown:
        _block(console, each)
    _print(console, Text(closing(repo, commit, shown, len(there) - len(shown)), style="dim"))


def closing(repo: str, commit: str, shown: Sequence[Finding], hidden: int) -> str:
    at = f"at {commit[:9]}"
    more = f" {hidden} suspicions of low severity are left out; --all shows them." if hidden else ""
    if not shown:
        return f"Nothing is open {at}.{more}"
    counts = Counter[str](each.evidence for each in shown)
    kinds = ("reproduced", "proven", "suspected")
    parts = ", ".join(f"{counts[kind]} {kind}" for kind in kinds if counts[kind])
    one = shown[0].fingerprint[:_SHORT]
    return f"{parts} {at}.{more} More about one: ponder findings {repo} --finding {one}"


def _block(console: Console, each: Finding) -> None:
    head = Text(_place(each), style="bold cyan")
    head.append(f"  {each.evidence}", style="bold" if each.evidence == "reproduced" else "")
    head.append(f" · {each.severity}", style=_COLORS[each.severity])
    head.append(f" · {each.rule} · {each.fingerprint[:_SHORT]}", style="dim")
    _print(console, head)
    _print(console, Text(f"  {_line(each.message)}"))
    proof = [
        *(["a test shows it"] if each.reproducer else []),
        *([_PATCHES[each.patch_state]] if each.patch_state in _PATCHES else []),
    ]
    if proof:
        _print(console, Text(f"  {' · '.join(proof)}", style="green"))
    console.print()


def whole(each: Finding, same: Sequence[Finding] = ()) -> None:
    """All that is known of one, and what else shows the `same` bug."""
    console = Console(highlight=False)
    _print(console, Text(_line(each.message), style="bold"))
    facts = f"{each.evidence} · {each.severity} · {each.state} · {each.rule} · {each.fingerprint}"
    symbol = f" · {_line(each.symbol)}" if each.symbol else ""
    _print(console, Text(f"{_place(each)}{symbol} at {each.commit_sha[:9]}", style="cyan"))
    _print(console, Text(facts, style="dim"))
    if each.explanation:
        _titled(console, "Why")
        _prose(console, printable(each.explanation))
    if each.reproducer:
        _titled(console, "A test that fails (run it with the test runner at the root)")
        _code(console, each.reproducer, each.path)
    for other in same:
        _titled(console, f"The same bug at {_place(other)}: {_line(other.message)}")
        _code(console, other.reproducer or "", other.path)
    if each.patch:
        _titled(console, _PATCHES.get(each.patch_state, "a patch").capitalize())
        _code(console, each.patch, "a.diff")
    if each.checks or each.artifacts:
        _titled(console, "What was checked")
    for check in each.checks:
        said = _line(f"{str(check['at'])[:16]} {check['thought']}: {check['said']}")
        _print(console, Text(said))
    for artifact in each.artifacts:
        _print(console, Text(_line(f"{artifact['name']} of run {artifact['run_id']}"), style="dim"))


def _titled(console: Console, title: str) -> None:
    console.print()
    _print(console, Text(title, style="bold"))


def _place(each: Finding) -> str:
    return f"{_line(each.path)}:{each.start_line}"


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def _print(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True)


def _prose(console: Console, text: str) -> None:
    if console.is_terminal:
        console.print(Markdown(text, hyperlinks=False), width=min(console.width, 100))
    else:
        _print(console, Text(text))


def _code(console: Console, code: str, name: str) -> None:
    """As it is where it goes to a file, so that it can be saved and run."""
    text = printable(code).rstrip("\n")
    if not console.is_terminal:
        _print(console, Text(text))
        return
    lexer = Syntax.guess_lexer(name, text)
    console.print(Syntax(text, lexer, theme="ansi_dark", background_color="default"))
