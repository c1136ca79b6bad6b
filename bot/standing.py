"""How things stand in a repository: what `status` and `config` say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.budget import in_words
from core.db.feedback import Acceptance
from core.db.installations import Installation
from core.db.intents import Intent
from core.db.learning import Learning
from core.db.repositories import Repository
from core.db.snapshots import Snapshot
from core.db.workers import Off
from core.learning import UNSAID
from core.repo_config import MISNAMED, PATH, Parsed, settings, shown

_NEEDED = {
    "contents": ("read", "the repository cannot be read, so nothing can be answered"),
    "issues": ("write", "questions in issues get no reply"),
    "pull_requests": ("write", "pull requests are not reviewed, and questions there get no reply"),
    "checks": ("write", "reviews have no check, and so do not say what they covered"),
    "actions": ("read", "what failed in GitHub Actions is not looked into"),
    "statuses": ("read", "what other services say of a commit is not looked into"),
}
_OPT_IN = (
    "`contents: write` is not granted, and need not be: without it I open no draft pull requests "
    "(I show the diff instead), and do not resolve threads of what was fixed."
)


@dataclass(frozen=True, slots=True)
class Standing:
    """`off` is what workers cannot do: whoever runs them learns why elsewhere. `waits` is why
    nothing is written now."""

    repository: Repository
    snapshot: Snapshot | None
    installation: Installation | None
    parsed: Parsed = field(default_factory=Parsed)
    learning: Learning | None = None
    off: Sequence[Off] = ()
    failed: Sequence[Intent] = ()
    waits: str | None = None
    acceptance: Acceptance = field(default_factory=lambda: Acceptance(0, 0))
    ignored: bool = False
    killed: bool = False


def status(standing: Standing) -> str:
    lines = [*_index(standing), *_switches(standing), *_trouble(standing)]
    return "\n".join(f"- {line}" for line in [*lines, *_permissions(standing.installation)])


def _index(standing: Standing) -> list[str]:
    repository, snapshot = standing.repository, standing.snapshot
    lines = ["Nothing is indexed yet; questions are answered as soon as it is."]
    if snapshot is not None:
        when = f"{snapshot.created_at:%Y-%m-%d %H:%M} UTC"
        lines = [f"Indexed at commit {snapshot.commit_sha[:7]}, on {when}."]
    if repository.progress:
        stage, of = repository.progress.get("stage"), repository.progress
        lines.append(f"At work now: {stage}, {_count(of, 'done')} of {_count(of, 'total')}.")
    if repository.error:
        lines.append(f"The last index failed: {repository.error}")
    return lines


def _count(progress: Mapping[str, Any], name: str) -> str:
    return f"{progress.get(name) or 0:,}"


def _switches(standing: Standing) -> list[str]:
    if standing.killed:  # nothing is written until it is over: this is read afterwards
        return ["**Everything was switched off** by whoever runs me when this was asked."]
    if standing.repository.paused_by:
        by = standing.repository.paused_by
        return [f"**Paused** by {by}: nothing is done unasked. `/ponder resume` ends that."]
    review = "on" if standing.parsed.config.review.on else f"off, by `{PATH}`"
    learns = standing.learning is not None and standing.learning.on
    lines = [
        f"Reviews of pull requests are {review}; thinking in the background is "
        f"{'on' if learns else 'off'}."
    ]
    if standing.acceptance.judged:
        lines.append(f"In pull requests, {standing.acceptance}.")
    if standing.ignored:
        lines.append("This pull request is **ignored**. `/ponder resume` ends that.")
    return lines


def _trouble(standing: Standing) -> list[str]:
    lines = [f"{each.what}; `ponder doctor` says why to whoever runs me." for each in standing.off]
    if standing.waits:
        lines.append(f"Nothing is written to GitHub just now: {standing.waits}.")
    reasons = [" ".join((i.error or "").split()).rstrip(".") for i in standing.failed]
    lines += [f"Could not be written: {reason}." for reason in reasons]
    if count := len(standing.parsed.problems):
        s = "s" if count > 1 else ""
        lines.append(f"`{PATH}` has {count} problem{s}; `/ponder config` names them.")
    return lines


def _permissions(installation: Installation | None) -> list[str]:
    """What each one that is missing turns off. Where GitHub was not asked yet, nothing is said."""
    granted = installation.permissions if installation else {}
    if not granted:
        return []
    lines = [
        f"The permission `{name}: {least}` is missing: {otherwise}."
        for name, (least, otherwise) in _NEEDED.items()
        if granted.get(name) not in {least, "write"}
    ]
    return lines if granted.get("contents") == "write" else [*lines, _OPT_IN]


def config(parsed: Parsed, learning: Learning | None, *, misnamed: bool = False) -> str:
    """Every setting in effect, and where it comes from; `misnamed` where a file is not read."""
    rows = [
        (key, value, f"`{PATH}`" if key in parsed.given else "default")
        for key, value in settings(parsed.config).items()
    ]
    lines = ["| setting | in effect | from |", "|---|---|---|"]
    lines += [f"| `{key}` | {_plain(shown(value))} | {source} |" for key, value, source in rows]
    lines += [
        f"| `{key}` | {_plain(shown(value))} | {source} |"
        for key, value, source in _learned(learning)
    ]
    if parsed.problems:
        lines += ["", f"What is wrong in `{PATH}`, and so does not count:", ""]
        lines += [f"- line {each.line}: {_plain(str(each))}" for each in parsed.problems[:20]]
    if misnamed:
        lines += ["", f"`{MISNAMED}` is not read: name it `{PATH}`."]
    return "\n".join(lines)


def _learned(learning: Learning | None) -> list[tuple[str, Any, str]]:
    effective = learning.effective if learning else UNSAID
    values: Mapping[str, Any] = {
        "on": effective.on,
        "thoughts": "all" if effective.thoughts is None else tuple(sorted(effective.thoughts)),
        "exclude": effective.exclude,
        "quiet_hours": f"{len(effective.quiet)}, in {effective.zone.key}"
        if effective.quiet
        else (),
        "cadence": tuple(f"{kind}: {cron}" for kind, cron in effective.cadence.items()),
        "dependencies": effective.dependencies,
        "draft_pull_requests": effective.draft_pull_requests,
    } | {
        f"budgets.{name}": f"{in_words(name, r.per_hour)} an hour"
        for name, r in effective.rates.items()
    }
    return [(f"learning.{k}", v, effective.sources.get(k, "default")) for k, v in values.items()]


def _plain(text: str) -> str:
    """As code: whoever can push wrote it, and it means nothing to GitHub there."""
    kept = "".join(" " if each in "`|\n\r" or not each.isprintable() else each for each in text)
    return f"`{kept[:200].strip() or ' '}`"
