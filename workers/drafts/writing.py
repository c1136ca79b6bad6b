"""From a finding's patch to the pull request that it should be; or to why there is none."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.db.drafts import Draft
from core.db.findings import Finding
from core.repo_config import Drafts
from workers import git
from workers.drafts.limits import refusal
from workers.drafts.patch import Changed, File, Read, Refused, changed
from workers.reports import draft_pull_request as report
from workers.reports.draft_pull_request import Told

OURS = "ponder/"
_LARGEST = 1_000_000
_MODES = {0o100644: "100644", 0o100755: "100755"}


@dataclass(frozen=True, slots=True)
class Base:
    """The branch that a change is for, and where it is now."""

    branch: str
    commit: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes on a base; or `reason`, in a sentence, why they cannot be offered there. Neither
    where the base has all of it already."""

    changes: Sequence[Changed] = ()
    reason: str = ""


async def plan(mirror: Path, base: Base, patch: str, limits: Drafts) -> Plan:
    """What a patch changes at a base, within limits."""
    return await asyncio.to_thread(_plan, mirror, base, patch, limits)


def _plan(mirror: Path, base: Base, patch: str, limits: Drafts) -> Plan:
    with git.Mirror(mirror) as opened:
        try:
            changes = changed(patch, _reader(opened, base.commit))
        except Refused as refused:
            return Plan(
                reason=f"The change does not apply to `{base.branch}` as it is now: {refused}"
            )
    return Plan(changes, refusal(changes, limits))


def _reader(opened: git.Mirror, commit: str) -> Read:
    """Ordinary files alone: what a link or a submodule leads to is not ours to change."""

    def read(path: str) -> File | None:
        raw = git.raw_path(path)
        entry = opened.entry(commit, raw)
        if entry is None:
            return None
        if entry.mode not in _MODES or opened.size(entry.sha) > _LARGEST:
            raise Refused(f"'{path[:200]}' is no ordinary file of text.")
        try:
            return File(opened.read(entry.sha).decode(), _MODES[entry.mode])
        except UnicodeDecodeError as error:
            raise Refused(f"'{path[:200]}' is no text in UTF-8.") from error

    return read


def content(
    draft: Draft,
    finding: Finding,
    base: Base,
    changes: Sequence[Changed],
    *,
    link: str,
    is_tried: bool = False,
) -> dict[str, Any]:
    """Of an intent of the kind draft_pull_request; `is_tried`: it was run where its base is now."""
    told = Told(
        finding,
        draft.kind,
        [each.path for each in changes],
        sum(each.lines for each in changes),
        base.branch,
        base.commit,
        draft.asked_by,
        link,
        is_tried,
    )
    return {
        "title": report.title(told),
        "body": report.body(told),
        "link": link,
        "base": base.branch,
        "branch": branch(draft, finding),
        "base_commit": base.commit,
        "message": report.message(told),
        "changes": [{"path": e.path, "text": e.text, "mode": e.mode} for e in changes],
    }


def branch(draft: Draft, finding: Finding) -> str:
    """Under our own prefix, in letters that need no quoting, and never the same twice."""
    place = finding.symbol.rpartition(".")[2] or finding.path.rpartition("/")[2]
    slug = re.sub("[^a-z0-9]+", "-", place.lower()).strip("-")[:40].strip("-") or "change"
    return f"{OURS}{draft.kind}-{slug}-{draft.id}"


def link_to(public_url: str, finding: Finding) -> str:
    """The page with all that is known of a finding."""
    return f"{public_url}/repositories/{finding.repository_id}/insights/{finding.fingerprint}"
