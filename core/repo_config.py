"""What .github/ponder.yml says: how Ponder works on a repository. It is the repository's own text:
whoever can push to its default branch wrote it, and nobody else is heard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from core import learning
from core.repo_schema import broken, schema, unknown
from core.yaml_lines import Document, Place, Unreadable, read

PATH = ".github/ponder.yml"
MISNAMED = ".github/ponder.yaml"
"""What people call it, too, and nobody reads."""
_MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Instruction:
    """What to look for in files of these paths, which are patterns as in a .gitignore."""

    paths: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Review:
    """Of pull requests; docs/ponder.schema.json says what each setting does."""

    on: bool = True
    drafts: bool = False
    bots: bool = False
    ignore: tuple[str, ...] = ()
    labels: tuple[str, ...] = ("ponder",)
    skip_labels: tuple[str, ...] = ("no-ponder",)
    max_inline: int = 3
    rounds: int = 10
    per_hour: int = 6
    tests: bool = True
    summary: str = "auto"
    block: tuple[str, ...] = ()
    instructions: tuple[Instruction, ...] = ()

    def blocks(self, rule: str) -> bool:
        """Whether a finding by this rule makes the check fail."""
        return any(fnmatchcase(rule, pattern) for pattern in self.block)


@dataclass(frozen=True, slots=True)
class Drafts:
    """Limits of draft pull requests: lines are those added and those removed."""

    max_files: int = 10
    max_lines: int = 400
    max_open: int = 2


@dataclass(frozen=True, slots=True)
class RepoConfig:
    """What counts, defaults included. `learning` is what core.learning makes an Effective of."""

    exclude: tuple[str, ...] = ()
    review: Review = Review()
    drafts: Drafts = Drafts()
    agents: bool = True
    onboarding: bool = True
    dashboard: bool = False
    learning: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """What to mend: `key` such as 'review.max_inline', '' for the whole file; lines from 1."""

    line: int
    key: str
    reason: str

    def __str__(self) -> str:
        subject = f"'{self.key}' in {PATH}" if self.key else PATH
        return f"{subject} {self.reason}{'' if self.reason.endswith('?') else '.'}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """`config` has what is right, and defaults for the rest; `given` names the settings that the
    file says and that count."""

    config: RepoConfig = RepoConfig()
    problems: tuple[Problem, ...] = ()
    given: frozenset[str] = frozenset()


@lru_cache(maxsize=256)
def parse(content: bytes) -> Parsed:
    """Never raises: what is wrong is told, and the default counts in its place."""
    try:
        document = read(content)
    except Unreadable as error:
        return Parsed(problems=(Problem(error.line, "", str(error)),))
    said = {} if document.value is None else document.value
    if not isinstance(said, dict):
        return Parsed(problems=(Problem(1, "", "must be an object of settings"),))
    wrong = [*_twice(document), *_wrong(said)]
    problems = sorted(
        (Problem(_line(document, at), _key(at), reason) for at, reason in wrong),
        key=lambda problem: problem.line,
    )
    return _made(said, [at for at, _ in wrong], tuple(problems[:_MOST_PROBLEMS]))


def _twice(document: Document) -> list[tuple[Place, str]]:
    return [(at, "stands there twice") for at, _ in document.twice]


def _wrong(said: Mapping[str, Any]) -> list[tuple[Place, str]]:
    settings = {key: value for key, value in said.items() if key != "learning"}
    found = list(broken(settings, schema()))
    if "learning" in said:
        found += [(_place(key), why) for key, why in _wrong_learning(said["learning"])]
    return found


def _wrong_learning(said: Any) -> list[tuple[str, str]]:
    """core.learning knows cron and time zones; what it lets a person allow, no file may."""
    known = schema()["properties"]["learning"]["properties"]
    if not isinstance(said, dict):
        return learning.problems(said)
    found = [(k, why) for k, why in learning.problems(said) if k.split(".")[0] in known]
    return found + [(k, unknown(k, list(known), ("learning",))) for k in said if k not in known]


def _place(key: str) -> Place:
    parts = key.split(".") if key else []
    return ("learning", *(int(part) if part.isdecimal() else part for part in parts))


def _line(document: Document, at: Place) -> int:
    """Of the place, or of what it stands in."""
    while at not in document.lines and at:
        at = at[:-1]
    return document.lines.get(at, 1)


def _key(at: Place) -> str:
    return ".".join(f"{part}"[:80] for part in at)


def _made(said: dict[str, Any], wrong: list[Place], problems: tuple[Problem, ...]) -> Parsed:
    """A setting with anything wrong in it does not count, whole."""
    bad = {at[:2] for at in wrong} | {at[:1] for at in wrong if len(at) == 1}
    plain = {k: v for k, v in said.items() if k in _NAMES and (k,) not in bad}
    given = set[str]()
    values: dict[str, Any] = {}
    for key, value in plain.items():
        if key in _SECTIONS:
            inner = {k: v for k, v in value.items() if (key, k) not in bad}
            given |= {f"{key}.{k}" for k in inner}
            values[key] = _SECTIONS[key](inner)
        elif not any(at[0] == key for at in bad):
            given.add(key)
            values[key] = tuple(value) if isinstance(value, list) else value
    return Parsed(RepoConfig(**values), problems, frozenset(given))


def _review(said: Mapping[str, Any]) -> Review:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in said.items()
    }
    if "instructions" in said:
        values["instructions"] = tuple(
            Instruction(tuple(each["paths"]), each["text"]) for each in said["instructions"]
        )
    return Review(**values)


_NAMES = frozenset(each.name for each in fields(RepoConfig))
_SECTIONS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "review": _review,
    "drafts": lambda said: Drafts(**said),
    "learning": dict,
}


def settings(config: RepoConfig) -> dict[str, Any]:
    """Every setting by its key, but those of Continual Learning, which people set as well."""
    flat: dict[str, Any] = {}
    for each in fields(config):
        value = getattr(config, each.name)
        if isinstance(value, Review | Drafts):
            flat |= {f"{each.name}.{f.name}": getattr(value, f.name) for f in fields(value)}
        elif each.name != "learning":
            flat[each.name] = value
    return flat


def shown(value: Any) -> str:
    """A setting's value on one line, for people. It may hold whatever somebody wrote there."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        named = [each.text if isinstance(each, Instruction) else str(each) for each in value]
        more = f" and {len(named) - 5} more" if len(named) > 5 else ""
        return ", ".join(named[:5]) + more if named else "none"
    text = " ".join(str(value).split())
    return text if len(text) <= 200 else f"{text[:199]}…"
