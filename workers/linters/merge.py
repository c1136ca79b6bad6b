"""From the reports of all tools to smells: one for each cause, few of each kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from core.db.findings import EVIDENCE, Evidence, Severity
from workers.linters.base import Edit, Report, Source
from workers.linters.doubts import is_meant
from workers.linters.proofs import holds
from workers.linters.suppress import Comment, comments, hiding

NOWHERE = "ruff/F821"
"""The rule that misses a name."""
MOST_OF_RULE = 3
"""Of one rule in one file; the others are counted in its last one."""
MOST_OF_FILE = 10
MOST_READ = 50
"""Reports of one rule in one file; what comes after them is not even counted."""
HABIT = 12
"""A rule that finds so much describes how this code is written, not a slip in it."""
OF_NAMES = frozenset({"undefined-name", "wrong-call"})
"""Kinds of reports whose message names the cause, which may show in many places."""
SPREAD = 4
"""A name that is missing in so many files is missed for one reason."""
MOST_OF_HABIT = 5
"""Of a habit in the whole repository: whoever wants to give it up needs no list."""
FILES_A_SLIP = 100
"""In a large repository one slip of a kind in so many files is no habit yet."""
FOREIGN = 4
"""So many files that do not parse are of another version of the language."""

Standing = Literal["good", "probation", "off"]
_SEVERITIES: list[Severity] = ["low", "medium", "high", "critical"]


@dataclass(frozen=True, slots=True)
class Smell:
    """One problem at one place. `reports` are those that say so, the strongest first; `hidden_by`
    is the line of a comment that hides it from tools, `more` how many like it in the file were left
    out, `also` are other files that have it for the same cause."""

    path: str
    start_line: int
    end_line: int
    severity: Severity
    evidence: Evidence
    reports: tuple[Report, ...]
    hidden_by: int = 0
    more: int = 0
    also: tuple[str, ...] = ()

    @property
    def strongest(self) -> Report:
        return self.reports[0]

    @property
    def edits(self) -> tuple[Edit, ...]:
        return next((each.edits for each in self.reports if each.edits), ())


def merged(
    reports: Sequence[Report],
    sources: Mapping[str, Source],
    *,
    standing: Mapping[str, Standing],
    added: Mapping[str, frozenset[int]],
    habits: Mapping[str, int] = MappingProxyType({}),
    whole: bool = False,
) -> list[Smell]:
    """Smells in order of path and line. `standing` is of rules that people judged; `added` are the
    lines, by path, that the change at hand adds; `habits` how often each rule found something in
    files that are not looked at now. `whole`: none is left out for being one of many."""
    asked = _bounded([each for each in reports if _wanted(each, sources, standing)])
    wanted = [each for each in asked if not is_meant(each, sources[each.path])]
    written = {path: comments(sources[path].lines) for path in {each.path for each in wanted}}
    quiet_last = sorted(_by_cause(wanted), key=lambda group: sources[group[0].path].quiet != "")
    smells = [
        smell
        for group in quiet_last
        if (smell := _smell(group, sources[group[0].path], written[group[0].path], standing, added))
    ]
    once = _once_for_copies(_once_for_names(smells), sources)
    counts = Counter(each.strongest.name for each in once)
    ours = [smell for smell in once if not _is_foreign(smell, counts)]
    return ours if whole else _without_habits(ours, habits, len(sources))


def _wanted(
    report: Report, sources: Mapping[str, Source], standing: Mapping[str, Standing]
) -> bool:
    source = sources.get(report.path)
    if source is None or standing.get(report.name) == "off":
        return False
    return not source.quiet or (report.means.in_tests and not report.means.security)


def _bounded(reports: Sequence[Report]) -> list[Report]:
    """A file that was made to have thousands of problems takes no more time than others."""
    counts: Counter[tuple[str, str]] = Counter()
    kept = []
    for each in reports:
        counts[each.path, each.name] += 1
        if counts[each.path, each.name] <= MOST_READ:
            kept.append(each)
    return kept


def _by_cause(reports: Sequence[Report]) -> list[list[Report]]:
    """Reports of one kind whose lines meet."""
    groups: list[list[Report]] = []
    for report in sorted(reports, key=lambda each: (each.path, each.means.kind, each.start_line)):
        last = groups[-1] if groups else []
        same = last and (last[0].path, last[0].means.kind) == (report.path, report.means.kind)
        if same and report.start_line <= max(each.end_line for each in last):
            last.append(report)
        else:
            groups.append([report])
    return groups


def _smell(
    group: list[Report],
    source: Source,
    written: Sequence[Comment],
    standing: Mapping[str, Standing],
    added: Mapping[str, frozenset[int]],
) -> Smell | None:
    proven = [each for each in group if holds(each, source)]
    ordered = sorted(group, key=lambda each: (each in proven, _severity(each)), reverse=True)
    first, severity = ordered[0], ordered[0].means.severity
    evidence: Evidence = "proven" if proven else "suspected"
    hidden = hiding(first, written)
    if hidden and hidden not in added.get(source.path, ()):
        if not first.means.security:
            return None
        evidence = "suspected"
    if source.quiet:
        severity = _at_most(severity, "medium")
    if any(standing.get(each.name) == "probation" for each in ordered):
        evidence, severity = "suspected", "low"
    start, end = first.start_line, min(first.end_line, first.start_line + 20)
    return Smell(source.path, start, end, severity, evidence, tuple(ordered), hidden)


def _severity(report: Report) -> int:
    return _SEVERITIES.index(report.means.severity)


def _strength(smell: Smell) -> tuple[int, int]:
    return EVIDENCE[smell.evidence], _SEVERITIES.index(smell.severity)


def _at_most(severity: Severity, limit: Severity) -> Severity:
    return min(severity, limit, key=_SEVERITIES.index)


def _once_for_names(smells: list[Smell]) -> list[Smell]:
    """A name that is nowhere has one cause in a file, however often it is used there; one that is
    missing in many files has one cause in all, and the first place is told; already of two, both
    may get it from whoever loads them."""
    named: dict[tuple[str, str], dict[str, list[Smell]]] = defaultdict(lambda: defaultdict(list))
    kept = []
    for each in smells:
        if each.strongest.means.kind in OF_NAMES:
            named[each.strongest.name, each.strongest.message][each.path].append(each)
        else:
            kept.append(each)
    for by_path in named.values():
        first, *others = (_of_several(e, len(by_path)) for e in by_path.values())
        if len(by_path) >= SPREAD:
            kept.append(replace(first, also=tuple(each.path for each in others)))
        else:
            kept += [first, *others]
    return kept


def _of_several(smells: Sequence[Smell], files: int) -> Smell:
    """The first of a file, with how many more there are, where `files` miss the same name."""
    first = replace(smells[0], more=len(smells) - 1)
    doubted = files > 1 and first.strongest.name == NOWHERE
    return replace(first, evidence="suspected") if doubted else first


def _once_for_copies(smells: list[Smell], sources: Mapping[str, Source]) -> list[Smell]:
    """What is in several files with the same content is told in the first of them."""
    copies: dict[tuple[str, int, str], list[Smell]] = defaultdict(list)
    for each in smells:
        text = sources[each.path].text
        copies[text, each.start_line, each.strongest.means.kind].append(each)
    return [
        replace(first, also=tuple(dict.fromkeys([*first.also, *(each.path for each in others)])))
        for first, *others in copies.values()
    ]


def _without_habits(smells: list[Smell], elsewhere: Mapping[str, int], files: int) -> list[Smell]:
    """What is found all over is no slip: it is merely a suspicion, told a few times."""
    counts = Counter(each.strongest.name for each in smells)
    least = max(HABIT, files // FILES_A_SLIP)
    habits = {name for name, count in counts.items() if count + elsewhere.get(name, 0) >= least}
    told = Counter(elsewhere)
    kept = []
    for each in _few(smells):
        name = each.strongest.name
        if name not in habits or each.strongest.means.security:
            kept.append(each)
        elif told[name] < MOST_OF_HABIT:
            told[name] += 1
            kept.append(replace(each, evidence="suspected", severity="low"))
    return kept


def _is_foreign(smell: Smell, counts: Mapping[str, int]) -> bool:
    """Files that do not parse, if they are many, are of a version of the language that we do not
    read."""
    return smell.strongest.means.kind == "syntax" and counts[smell.strongest.name] >= FOREIGN


def _few(smells: list[Smell]) -> list[Smell]:
    """At most a few of a rule in a file, and not too many in a file; the strongest stay."""
    by_rule: dict[tuple[str, str], list[Smell]] = defaultdict(list)
    for each in smells:
        by_rule[each.path, each.strongest.name].append(each)
    by_file: dict[str, list[Smell]] = defaultdict(list)
    for (path, _), group in by_rule.items():
        kept = group[:MOST_OF_RULE]
        more = kept[-1].more + len(group) - len(kept)
        by_file[path] += [*kept[:-1], replace(kept[-1], more=more)]
    best = [
        each
        for group in by_file.values()
        for each in sorted(group, key=_strength, reverse=True)[:MOST_OF_FILE]
    ]
    return sorted(best, key=lambda each: (each.path, each.start_line, each.strongest.name))
