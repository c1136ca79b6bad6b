"""When something came, when it went, and when it was mended."""

from __future__ import annotations

import re

from workers import git
from workers.answer.history_cite import deed, is_prose
from workers.answer.history_item import (
    Past,
    because,
    evidence,
    item,
    named,
    of,
    of_place,
    speaks,
    stems,
)
from workers.answer.safe import code, prose
from workers.answer.wording import quote
from workers.git import CommitTold, Span
from workers.index.churn import is_fix

FAR = 5_000
"""Commits that are looked through for the first of something."""
_LOOKED = 12
_FIXES = 3
_ADDING = re.compile(r"\b(?:add|introduc|implement|support|new\b|creat|initial)", re.IGNORECASE)
_TAKING = re.compile(r"\b(?:remov|delet|drop|no longer|without|get rid)", re.IGNORECASE)


def added(past: Past) -> str:
    first = _first(past)
    if first is None:
        return ""
    if first.sha in git.boundary(past.mirror):
        return (
            f"{past.subject} is older than this repository's history, which is shallow and begins "
            f"at {named(first)}."
        )
    release = git.first_release(past.mirror, first.sha)
    since = f" The first tag that has it is {code(release.name)}." if release else ""
    name = "" if past.where.words else past.where.name
    return (
        f"{prose(first.author)} added {past.subject} in {named(first)}: "
        f"{quote(first.subject)}{evidence(past, first, name)}.{because(first)}{since}"
    )


def _first(past: Past) -> CommitTold | None:
    """The oldest commit that says so, where only words are given; else the oldest with the head of
    the definition; else the oldest of the path."""
    span, where = past.within.span, past.where
    if past.words and (where.words or not where.paths):
        said = git.saying(past.mirror, span, stems(past.words), FAR)
        adding = [commit for commit in said.commits if _ADDING.search(commit.subject)]
        if adding:
            return adding[-1]
    head = where.head or where.name
    if head:
        found = git.of_text(past.mirror, span, head, FAR)
        if found.whole and found.commits:
            return found.commits[-1]
    if where.words or not where.paths:
        return None
    found = of_place(past, span, FAR)
    return found.commits[-1] if found.commits and found.whole else None


def removed(past: Past) -> str:
    """Of what is not there any more; what is still there is shown."""
    if past.where.paths and not past.where.words:
        last = of(past, 1).commits
        is_there = f"{past.subject} was not removed: it is there."
        return f"{is_there} The last change: {item(past, last[0])}." if last else ""
    gone = _taker(past)
    if gone is None:
        return ""
    release = git.first_release(past.mirror, gone.sha)
    since = f" The first tag without it is {code(release.name)}." if release else ""
    name = past.words[0].strip("`").rpartition(".")[2]
    return (
        f"{prose(gone.author)} took {past.subject} away in {named(gone)}: "
        f"{quote(gone.subject)}{evidence(past, gone, name)}.{because(gone)}{since}"
    )


def _taker(past: Past) -> CommitTold | None:
    span, name = past.within.span, past.words[0].strip("`") if past.words else ""
    if len(past.words) == 1 and len(name) > 2:
        of_path = git.of_paths(past.mirror, span, [name], 1).commits
        return of_path[0] if of_path else _taker_of_name(past, span, name)
    said = git.saying(past.mirror, span, stems(past.words), FAR).commits if name else ()
    return next((commit for commit in said if _TAKING.search(commit.subject)), None)


def _taker_of_name(past: Past, span: Span, name: str) -> CommitTold | None:
    """The last commit that took the definition away, or else the name out of code, or of prose."""
    plain = name.replace("::", ".").rpartition(".")[2].removesuffix("()")
    head = f"{'class' if plain[:1].isupper() else 'def'} {plain}"
    defined = git.of_text(past.mirror, span, head, 1).commits
    if defined:
        return defined[0]
    taken = re.compile(rf"^-.*\b{re.escape(plain)}\b", re.MULTILINE)
    found = git.of_text(past.mirror, span, plain, _LOOKED).commits
    for commit in found:
        hunk = deed(past.mirror, commit, (), plain).hunk
        if hunk and not is_prose(hunk) and taken.search(hunk.text):
            return commit
    return found[0] if found else None


def fixed(past: Past) -> str:
    """Fixes that speak of all of it; else those of the place that speak of some of it."""
    if not past.words:
        return ""
    said = git.saying(past.mirror, past.within.span, stems(past.words), FAR).commits
    fixes = [commit for commit in said if is_fix(commit.subject, commit.body)]
    if not fixes and past.where.paths:
        near = of(past, FAR).commits
        fixes = [c for c in near if is_fix(c.subject, c.body) and speaks(c, past.words)]
    if not fixes:
        return ""
    lead = "The fix that speaks of it:" if len(fixes) == 1 else "Fixes that speak of it:"
    listed = [f"- {item(past, commit)}.{because(commit)}" for commit in fixes[:_FIXES]]
    return "\n".join([lead, "", *listed])
