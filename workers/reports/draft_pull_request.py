"""A draft pull request as people read it: what, why, evidence, how it was checked, how to reject.

Renders templates/draft_pull_request.md.j2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import jinja2

from core.db.findings import Finding
from core.redact import redact
from core.words import many
from workers.reports.fit import line
from workers.reports.markdown import code, safe

_TEMPLATE = jinja2.Environment(
    loader=jinja2.PackageLoader("workers.reports"),
    autoescape=False,  # noqa: S701 - Markdown; what comes from outside goes through markdown.safe
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
).get_template("draft_pull_request.md.j2")
_LONGEST = 30_000
_END = "\n"
_NOT_PLAIN = re.compile(
    r"[^\w\s.,;:?!()=+*/'\"<>|&%$-]|`|://|(?<=\bGH)-(?=\d)|(?<=\w)-(?=[\w-]{0,40}:)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Told:
    """`files` and `lines` are how much it changes; `base` and `base_commit` what it stands on, and
    `is_tried` whether it was run there; `link` leads to the finding."""

    finding: Finding
    kind: str
    files: Sequence[str]
    lines: int
    base: str
    base_commit: str
    asked_by: str
    link: str
    is_tried: bool = False

    @property
    def is_moved(self) -> bool:
        """Whether the base is not where the finding was looked at."""
        return self.base_commit != self.finding.commit_sha


def title(told: Told) -> str:
    """In words that refer to nobody and to no issue, and close none when it is merged."""
    if told.kind == "tests":
        return line(f"Add tests of {plain(told.finding.path)}", 120)
    return line(f"Fix: {plain(told.finding.message).rstrip('.')}", 120)


def message(told: Told) -> str:
    """Of the commit."""
    place = plain(told.finding.symbol or told.finding.path)
    begin = f"Mend {place}" if told.kind == "fix" else f"Test {place}"
    return f"{line(begin, 70)}\n\n{plain(told.finding.message)}"


def body(told: Told) -> str:
    finding = told.finding
    paths = ", ".join(code(path) for path in told.files)
    return _TEMPLATE.render(
        what=safe(redact(finding.message), {}),
        size=f"It changes {many(told.lines, 'line')} in {paths}.",
        why=_why(told),
        explanation=safe(redact(finding.explanation[:4_000]), {}),
        test=fenced(redact(finding.reproducer or ""), finding.path.rpartition(".")[2]),
        shown=_shown(finding),
        checked=_checked(told),
        asked_by=code(told.asked_by),
        link=told.link,
    ).strip()


def fenced(text: str, language: str = "") -> str:
    """A block of code that nothing in the text can leave; '' of nothing."""
    if not text.strip():
        return ""
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return safe(f"{fence}{language}\n{text[:_LONGEST].removesuffix(_END)}\n{fence}", {})


def diff(patch: str) -> str:
    """A patch, folded away; cut where it is too long for a comment, which it says."""
    shown = redact(patch)[:_LONGEST]
    cut = "\n\nThe rest is on the page of the finding." if len(patch) > _LONGEST else ""
    block = fenced(shown, "diff")
    summary = "<summary>The change, for <code>git apply</code></summary>"
    return f"<details>{summary}\n\n{block}{cut}\n\n</details>"


def plain(text: str) -> str:
    """One line without what GitHub would take for a mention, a reference, code, or a word to its
    checks: what a commit says may close issues, keep tests from being run, and name authors."""
    return " ".join(_NOT_PLAIN.sub(" ", redact(text)).split())


def _why(told: Told) -> str:
    finding = told.finding
    if told.kind == "tests":
        return f"What these tests try in {code(finding.path)}, no other test of yours does."
    place = code(f"{finding.path}:{finding.start_line}")
    tool, slash, rule = finding.rule.partition("/")
    match finding.evidence:
        case "reproduced":
            return f"A run shows it at {place}, commit {code(finding.commit_sha[:9])}."
        case "proven" if slash:
            return f"The rule {code(rule)} of {code(tool)} shows it at {place}."
        case "proven":
            return f"The rule {code(finding.rule)} shows it at {place}."
        case _:
            return f"It is suspected at {place}; nothing but this change's own checks shows it."


def _shown(finding: Finding) -> str:
    before = f"Before: the test below fails at {code(finding.commit_sha[:9])}."
    return f"{before} After: with this change it passes." if _tried(finding) else before


def _tried(finding: Finding) -> bool:
    """Whether the change was run against the test, and not only proposed."""
    return any(check.get("thought") == "draft_patch" for check in finding.checks)


def _sentence(said: str) -> str:
    """On one line, as people begin one."""
    text = " ".join(redact(said).split())
    return safe(text[:1].upper() + text[1:], {})


def _checked(told: Told) -> list[str]:
    finding = told.finding
    said = [_sentence(str(check.get("said", ""))) for check in finding.checks[-3:]]
    if told.kind == "tests":
        said = ["Each test was run ten times, in random order, and passed each time.", *said]
    if told.kind == "fix" and not _tried(finding):
        said.append("It was not run: there is nothing here that I could run it with.")
    elif told.kind == "fix" and finding.patch_state == "drafted":
        said.append("No test of the repository stands by: nothing else was tried on it.")
    at = code(finding.commit_sha[:9])
    where = f"All of this was done at {at}"
    if told.is_moved:
        now = code(told.base_commit[:9])
        does = "was tried there again, and holds" if told.is_tried else "applies there"
        where += f"; {code(told.base)} is at {now} now, and the change {does}"
    said.append(f"{where}. Your own checks run on this branch, and count for more.")
    return [line for line in said if line]
