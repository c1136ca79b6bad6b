"""What is said of tests that a change breaks, and of those that were run. Pure, but for the text of
the lines that are blamed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.db.findings import Claim, Severity
from core.words import many
from workers.review.blame import Blamed, Touched, blamed
from workers.review.trying import Failing, Tried
from workers.runners import RUNNERS
from workers.runners.base import Ended
from workers.sandbox import files as plain
from workers.thoughts.base import digest, fingerprint

RULES = "tests/"
"""What all of their rules begin with."""
_MOST = 5
_LISTED = 10
_LONGEST = 200
_LARGEST = 1_000_000
_FEW_LINES = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """`claims` are of tests alone; `why` has, by the fingerprint of what others found, that it is
    what makes tests fail: one cause is told once."""

    claims: tuple[Claim, ...] = ()
    why: Mapping[str, str] = field(default_factory=dict)

    def joined(self, claims: Sequence[Claim]) -> list[Claim]:
        """What others found, with what tests say of it."""
        return [_joined(each, self.why[each.fingerprint]) if each.fingerprint in self.why else each
                for each in claims]  # fmt: skip


def judged(
    code: Path,
    found: Mapping[str, Tried],
    files: Mapping[str, Touched],
    known: Sequence[Claim] = (),
) -> Judged:
    """One claim for each definition that is to blame, that of most tests first. `known` is what
    others found in the change."""
    groups: defaultdict[tuple[str, str, str], list[tuple[Blamed, Failing]]] = defaultdict(list)
    theirs: defaultdict[str, list[tuple[str, Failing]]] = defaultdict(list)
    for language, tried in found.items():
        for each in tried.failing:
            place = blamed(each.test, each.ran, files, _own(each.test))
            cause = next((claim for claim in known if _explains(claim, each.test, place)), None)
            if cause is None:
                groups[language, *_cause(place, each.test)].append((place, each))
            else:
                theirs[cause.fingerprint].append((language, each))
    ordered = sorted(groups.items(), key=lambda each: (-len(each[1]), each[0]))
    claims = [_claim(code, language, found) for (language, _, _), found in ordered]
    why = {
        name: _why(each[0][0], [failing for _, failing in each]) for name, each in theirs.items()
    }
    return Judged(tuple(claims[:_MOST]), why)


def _explains(claim: Claim, test: Ended, place: Blamed) -> bool:
    """Whether a failure passed through the line of what others found, or is blamed on it."""
    lines = range(claim.start_line, min(claim.end_line, claim.start_line + _FEW_LINES) + 1)
    passed = any(each.path == claim.path and each.line in lines for each in test.frames)
    return passed or (place.path == claim.path and place.start_line in lines)


def _cause(place: Blamed, test: Ended) -> tuple[str, str]:
    """By which failures belong together: the definition, or else what they say."""
    if not place.changed:
        return "", _what(test)
    return place.path, place.symbol or f"{place.start_line}"


def _joined(claim: Claim, why: str) -> Claim:
    told = "\n\n".join(part for part in (claim.explanation, why) if part)
    return replace(claim, evidence="reproduced", severity="high", explanation=told)


def _why(language: str, failing: Sequence[Failing]) -> str:
    first = _first(failing)
    return f"{_message(first, len(failing) - 1)} {_explanation(language, first, failing)}"


def _first(failing: Sequence[Failing]) -> Failing:
    """What stands for all: the one that is read most easily."""
    return min(failing, key=lambda each: (each.how == "new", len(each.test.id), each.test.id))


def _own(test: Ended) -> Blamed:
    """The test, where it failed, as far as that is known."""
    inside = [frame for frame in test.frames if frame.path == test.path]
    line = inside[-1].line if inside else 1
    return Blamed(
        test.path, line, line, test.id.partition("::")[2].partition("[")[0], changed=False
    )


def _claim(code: Path, language: str, found: Sequence[tuple[Blamed, Failing]]) -> Claim:
    failing = [each for _, each in found]
    ((place, _),) = Counter(place for place, _ in found).most_common(1)
    first = _first(failing)
    rule = f"{RULES}{first.how}"
    text = _text(code, place)
    return Claim(
        fingerprint(rule, place.path, place.symbol or place.path, "" if place.symbol else text),
        rule,
        _severity(first, place),
        "reproduced",
        place.path,
        place.start_line,
        place.end_line,
        _message(first, len(failing) - 1),
        symbol=place.symbol,
        explanation=_explanation(language, first, failing),
        content=digest(text, first.test.id),
    )


def _severity(first: Failing, place: Blamed) -> Severity:
    return "high" if first.how == "broken" and place.changed else "medium"


def _text(code: Path, place: Blamed) -> str:
    raw = plain.read(code, place.path, _LARGEST) or b""
    lines = raw.decode(errors="replace").split("\n")
    return "\n".join(lines[place.start_line - 1 : place.end_line])


def _message(first: Failing, others: int) -> str:
    test = first.test
    whole = "::" not in test.id
    fails = "cannot be loaded any more" if whole else "fails"
    if first.how == "new":
        fails = "is " + ("edited" if first.held else "added") + f" here, and {fails}"
    elif not whole:
        fails = "passed before this change, and fails now"
    more = f" So {'does' if others == 1 else 'do'} {many(others, 'other test')}." if others else ""
    return f"`{_name(test.id)}` {fails}: {_what(test)}.{more}"


def _what(test: Ended) -> str:
    """The exception, with the first line of what it says."""
    kind = test.kind.rpartition(".")[2]
    said = next((line.strip() for line in test.message.splitlines() if line.strip()), "")
    known = "" if kind in ("", "Error") or said.startswith(kind) else kind
    told = ": ".join(part for part in (known, said) if part).rstrip(".")
    return _name(told[:_LONGEST]) or "it does not say why"


def _explanation(language: str, first: Failing, failing: Sequence[Failing]) -> str:
    names = list(dict.fromkeys(each.test.id for each in failing if each is not first))
    listed = [f"- `{_name(name)}`" for name in names[:_LISTED]]
    listed += [f"- and {len(names) - _LISTED} more"] if len(names) > _LISTED else []
    how = "3 times with this change" + ", and passed 3 times without it" * first.held
    parts = [
        f"It failed {how}. To run it:\n\n{_block(RUNNERS[language].command(first.test.id))}",
        _block(first.test.message.strip()[:1500]) if "\n" in first.test.message.strip() else "",
        "It went through " + ", ".join(_frames(first.test)) + "."
        if len(first.test.frames) > 1
        else "",
        "So do:\n\n" + "\n".join(listed) if listed else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _frames(test: Ended) -> list[str]:
    return [f"`{_name(f'{frame.path}:{frame.line}')}`" for frame in test.frames[-6:]]


def _block(text: str) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _name(text: str) -> str:
    return " ".join(text.replace("`", "'").split())


def said(found: Mapping[str, Tried], shifted: str = "") -> str:
    """Sentences; '' where no test leads to the change."""
    every = list(found.values())
    if not every:
        return "No test leads to what it changes."
    ran, passed = sum(each.ran for each in every), sum(each.passed for each in every)
    absent = sorted({name for each in every for name in each.absent})
    missing = f" Not installed: {', '.join(absent[:5])}." if absent else ""
    lost = sum("::" not in f.test.id for each in every for f in each.failing)
    files = f"{many(lost, 'file')} of tests cannot be loaded because of this change."
    if not ran:
        whole = f" {files}" if lost and not shifted else ""
        return f"None of the nearest tests could be run.{whole}{missing}"
    cut = " There was no time for more." if any(each.cut for each in every) else ""
    told = _counted(every, ran, passed, shifted)
    return f"{told}.{f' {files}' if lost and not shifted else ''}{cut}{missing}"


def _counted(every: Sequence[Tried], ran: int, passed: int, shifted: str) -> str:
    only = sum("::" in f.test.id for each in every for f in each.failing)
    both, unsure = sum(each.both for each in every), sum(each.unsure for each in every)
    if ran == passed and not only:
        one = "The nearest test ran, and passes"
        return one if ran == 1 else f"The {ran:,} nearest tests ran, and pass"
    ours = f" (not told, for {shifted})" if shifted else " because of this change"
    parts = [
        (passed, "passes", "pass", ""),
        (only, "fails", "fail", ours),
        (both, "fails", "fail", " without it, too"),
        (unsure, "cannot be judged here", "cannot be judged here", ""),
    ]
    told = [f"{n:,} {one if n == 1 else several}{why}" for n, one, several, why in parts if n]
    if ran == 1:
        return f"The nearest test ran, and {'; '.join(told).removeprefix('1 ')}"
    return f"Of the {ran:,} nearest tests that ran, {'; '.join(told)}"
