"""From when to when a question asks: between versions, since a date, in the last week."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.errors import UserError
from workers import git
from workers.answer.safe import code
from workers.git import Span, Tag

_VERSION = r"v?\d{1,9}(?:\.\w{1,30}){0,9}(?:[-.]?(?:rc|a|b|alpha|beta|dev|post)[-.]?\d{0,9})?"
_KIND = r"(?:(?:the )?(?:version|release|tag|commit) )?"
_NUMBERS = {"one": 1, "a": 1, "two": 2, "couple of": 2, "few": 3, "three": 3, "four": 4, "five": 5,
            "six": 6, "ten": 10}  # fmt: skip
_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "fortnight": 14, "month": 30.5, "quarter": 91.5,
         "year": 365.25}  # fmt: skip
_MONTHS = ("january february march april may june july august september october november "
           "december").split()  # fmt: skip
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_DATE = (
    rf"(?P<date>\d{{4}}-\d{{2}}(?:-\d{{2}})?|{_MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?,?)?(?: \d{{4}})?"
    rf"|\d{{1,2}} {_MONTH}(?: \d{{4}})?|(?:19|20)\d{{2}}|yesterday|today"
    rf"|(?:last )?(?:{'|'.join(_WEEKDAYS)})|last (?:week|month|year))(?![\w.])"
)


def _revision(name: str) -> str:
    """What git may call a commit, as a group of this name. Bounded: any letter may be of it."""
    return rf"`?(?P<{name}>[0-9a-f]{{7,40}}|[\w./-]{{0,99}}{_VERSION}|HEAD(?:[~^]\d*)*)`?(?![\w])"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_BETWEEN = _compiled(
    rf"\b(?:between|from)\s+{_KIND}{_revision('since')}\s+(?:and|to|until|till|up to)\s+"
    rf"{_KIND}{_revision('until')}"
)
_SINCE_RELEASE = _compiled(
    r"\bsince (?:the |our )?(?:last|latest|previous|newest) (?:release|version|tag)\b"
)
_IN_RELEASE = _compiled(
    r"\b(?:in|with|of|by) (?:the |our )?(?:last|latest|newest|current|most recent) "
    r"(?:release|version)\b"
)
_SINCE_DATE = _compiled(rf"\b(?:since|after|from) {_DATE}(?: on)?")
_IN_DATE = _compiled(
    rf"\b(?:in|during|on) (?P<date>\d{{4}}-\d{{2}}(?:-\d{{2}})?|{_MONTH} \d{{4}}|(?:19|20)\d{{2}})"
    r"(?![\w.])"
)
_SINCE = _compiled(rf"\b(?:since|after|as of|starting (?:with|from))\s+{_KIND}{_revision('since')}")
_IN = _compiled(
    rf"\b(?:in|with|of|for|by)\s+{_KIND}`?(?P<within>v?\d+(?:\.\w+)+|v\d+)`?(?![\w])"
    rf"|\b(?:version|release|tag) `?(?P<named>{_VERSION})`?"
)
_PAST = _compiled(
    r"\b(?:(?:in|within|over|during|for|of) )?(?:the |this )?(?:last|past|previous) "
    r"(?:(?P<count>\d{1,4}|" + "|".join(_NUMBERS) + r") )?"
    r"(?P<unit>hour|day|week|fortnight|month|quarter|year)s?\b"
)
_THIS = _compiled(r"\b(?:(?P<day>today|yesterday)|this (?P<unit>week|month|year))\b")
_COMMITS = _compiled(r"\b(?:the )?last (?P<count>\d{1,3}) commits\b")


@dataclass(frozen=True, slots=True)
class AskedSpan:
    """As it was typed: names of refs, or dates; `release`: '' or which one it goes by."""

    since: str = ""
    until: str = ""
    after: datetime | None = None
    before: datetime | None = None
    release: str = ""
    count: int = 0

    @property
    def is_past(self) -> bool:
        """Whether nothing but the past can be meant: 'in 2.1' may be about the code as it is."""
        return self.release != "named"


def read_span(text: str, now: datetime | None = None) -> tuple[AskedSpan | None, str]:
    """The span, and the question without the words that say it."""
    now = now or datetime.now(UTC)
    for pattern, made in _READERS:
        match = pattern.search(text)
        span = made(match, now) if match else None
        if match and span:
            return span, f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def _past(match: re.Match[str], now: datetime) -> AskedSpan:
    count = (match["count"] or "1").lower()
    days = _DAYS[match["unit"].lower()] * (_NUMBERS.get(count) or int(count))
    return AskedSpan(after=now - timedelta(days=min(days, 36_500)))


def _this(match: re.Match[str], now: datetime) -> AskedSpan:
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if match["day"]:
        if match["day"].lower() == "yesterday":
            return AskedSpan(after=day - timedelta(days=1), before=day)
        return AskedSpan(after=day)
    starts = {
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "year": day.replace(month=1, day=1),
    }
    return AskedSpan(after=starts[match["unit"].lower()])


def _since_date(match: re.Match[str], now: datetime) -> AskedSpan | None:
    found = _date(match["date"], now)
    return AskedSpan(after=found[0]) if found else None


def _in_date(match: re.Match[str], now: datetime) -> AskedSpan | None:
    found = _date(match["date"], now)
    return AskedSpan(after=found[0], before=found[1]) if found else None


def _date(text: str, now: datetime) -> tuple[datetime, datetime] | None:
    """The first moment of a day, a month or a year, and the first after it."""
    words = text.lower().replace(",", "").split()
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if words[-1] in ("yesterday", "today"):
        start = day - timedelta(days=words[-1] == "yesterday")
        return start, start + timedelta(days=1)
    if words[-1] in _WEEKDAYS:
        back = (day.weekday() - _WEEKDAYS.index(words[-1])) % 7 or 7
        return day - timedelta(days=back), day - timedelta(days=back - 1)
    if words[0] == "last":
        return day - timedelta(days=_DAYS[words[1]]), now
    return _calendar(words, now)


def _calendar(words: list[str], now: datetime) -> tuple[datetime, datetime] | None:
    if re.fullmatch(r"\d{4}-\d{2}(?:-\d{2})?", words[0]):
        numbers = [int(part) for part in words[0].split("-")]
    else:
        year = next((int(w) for w in words if re.fullmatch(r"\d{4}", w)), 0)
        name = next((w.rstrip(".") for w in words if w[0].isalpha()), "")
        month = next((n for n, m in enumerate(_MONTHS, 1) if name and m.startswith(name[:3])), 0)
        dates = [int(re.sub(r"\D", "", w)) for w in words if re.fullmatch(r"\d{1,2}\D{0,2}", w)]
        # A month without its year is the last one of that name.
        year = year or (now.year if month <= now.month else now.year - 1)
        numbers = [year, *([month] if month else []), *dates[:1]]
    try:
        year, month, date = [*numbers, 1, 1][:3]
        start = datetime(year, month, date, tzinfo=UTC)
    except (ValueError, IndexError):
        return None
    lengths = {1: 366, 2: 31, 3: 1}
    end = start + timedelta(days=lengths[len(numbers)])
    if len(numbers) == 2:
        end = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    if len(numbers) == 1:
        end = start.replace(year=start.year + 1)
    return start, end


_READERS = (
    (_BETWEEN, lambda m, now: AskedSpan(since=m["since"], until=m["until"])),
    (_SINCE_RELEASE, lambda m, now: AskedSpan(release="since")),
    (_IN_RELEASE, lambda m, now: AskedSpan(release="last")),
    (_COMMITS, lambda m, now: AskedSpan(count=int(m["count"]))),
    (_SINCE_DATE, _since_date),
    (_SINCE, lambda m, now: AskedSpan(since=m["since"])),
    (_IN_DATE, _in_date),
    (_PAST, _past),
    (_THIS, _this),
    (_IN, lambda m, now: AskedSpan(until=m["within"] or m["named"], release="named")),
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """The span in git, and how it is said: 'since `v2.1.0` (2024-05-01)'."""

    span: Span
    said: str
    count: int = 0


def resolve(mirror: Path, commit: str, asked: AskedSpan | None) -> Resolved:  # noqa: PLR0911
    """Raises UserError, in a sentence for the person who asked, where history does not reach."""
    if asked is None:
        return Resolved(Span(commit), "")
    if asked.count:
        return Resolved(Span(commit), f"in the last {asked.count} commits", asked.count)
    if asked.after:
        return Resolved(Span(commit, after=asked.after, before=asked.before), _dates(asked))
    if asked.release == "since":
        last = _last_release(mirror, commit)
        return Resolved(Span(commit, since=last.commit), f"since {_tag(last)}")
    if asked.release:
        until = (
            _last_release(mirror, commit) if asked.release == "last" else _ref(mirror, asked.until)
        )
        return _of_release(mirror, until)
    since = _ref(mirror, asked.since)
    if not asked.until:
        return Resolved(Span(commit, since=since.commit), f"since {_tag(since)}")
    until = _ref(mirror, asked.until)
    said = f"between {_tag(since)} and {_tag(until)}"
    return Resolved(Span(until.commit, since=since.commit), said)


def _dates(asked: AskedSpan) -> str:
    assert asked.after is not None
    if asked.before is None:
        return f"since {asked.after:%Y-%m-%d}"
    last = asked.before - timedelta(seconds=1)
    if last.date() == asked.after.date():
        return f"on {asked.after:%Y-%m-%d}"
    return f"from {asked.after:%Y-%m-%d} to {last:%Y-%m-%d}"


def _of_release(mirror: Path, until: Tag) -> Resolved:
    """A release is what came since the one before."""
    before = git.release_before(mirror, f"{until.commit}^")
    if before is None:
        return Resolved(Span(until.commit), f"up to {_tag(until)}, which no tag comes before")
    said = f"in {_tag(until)}, since {_tag(before)}"
    return Resolved(Span(until.commit, since=before.commit), said)


def _last_release(mirror: Path, commit: str) -> Tag:
    found = git.release_before(mirror, commit)
    if found is None:
        raise UserError(
            f"No tag leads to this commit, so I do not know of a release{_shallow(mirror)}."
        )
    return found


def _ref(mirror: Path, name: str) -> Tag:
    known = git.tags(mirror)
    tag = git.tag_of(name, known)
    if tag is not None:
        return tag
    with git.Mirror(mirror) as opened:
        try:
            commit = opened.resolve(name)
        except UserError:
            raise UserError(_unknown(mirror, name, known)) from None
        return Tag(name if len(name) < 40 else name[:7], commit, opened.committed_at(commit))


def _unknown(mirror: Path, name: str, known: list[Tag]) -> str:
    if not known:
        return f"I know of no {code(name)}: this repository has no tags{_shallow(mirror)}."
    newest = ", ".join(code(tag.name) for tag in known[:3])
    return (
        f"I know of no {code(name)}: none of the {len(known)} tags is called so; the newest are "
        f"{newest}."
    )


def _shallow(mirror: Path) -> str:
    return ", and its history is shallow" if git.boundary(mirror) else ""


def _tag(tag: Tag) -> str:
    return f"{code(tag.name)} ({tag.committed_at:%Y-%m-%d})"
