"""Which finding a person means, and which Thought is asked where there is no change for it yet."""

from __future__ import annotations

from core.db import findings, insights
from core.db.connect import Connection
from core.db.drafts import Draft
from core.db.findings import Finding
from core.db.insights import Wanted
from core.db.thoughts import Subject

_USABLE = ("drafted", "verified")
_THOUGHT = {"fix": "draft_patch", "tests": "generate_tests"}
_MOST = 50


async def chosen(connection: Connection, draft: Draft) -> Finding | None:
    """The one that is named; else the strongest that has a change, or a test that fails."""
    if draft.fingerprint:
        return await findings.get(connection, draft.repository_id, draft.fingerprint)
    found = await _candidates(connection, draft)
    return next((each for each in found if has_change(each)), found[0] if found else None)


async def _candidates(connection: Connection, draft: Draft) -> list[Finding]:
    """By a path or the beginning of a fingerprint, where the person gave one."""
    wanted = Wanted(evidence=("reproduced", "proven"), ref=draft.ref)
    said = path_in(draft)
    listed = await insights.listed(connection, draft.repository_id, wanted, limit=_MOST)
    return [
        each
        for each in listed
        if (each.rule == "missing-test") == (draft.kind == "tests")
        and (bool(each.patch) or bool(each.reproducer))
        and (not said or each.path == said or each.fingerprint.startswith(said))
    ]


def has_change(finding: Finding) -> bool:
    """Whether there is a patch that was tried, and that no person took or refused. What an analyser
    proposes was not tried yet; tests are tried before they are offered at all."""
    if not is_offered(finding):
        return False
    return (
        finding.patch_state == "verified"
        or finding.rule == "missing-test"
        or any(check.get("thought") == "draft_patch" for check in finding.checks)
    )


def is_offered(finding: Finding) -> bool:
    """Whether there is a patch at all that no person took or refused."""
    return bool(finding.patch) and finding.patch_state in _USABLE


def path_in(draft: Draft) -> str:
    """What the person named, as people quote it."""
    return draft.text.strip().strip("`")


def thought(
    draft: Draft, finding: Finding | None, head: str, path: str
) -> tuple[str, Subject] | None:
    """The kind and the subject of what is to be thought first; None where nothing can be. Tests are
    for a path, and a fix for a finding."""
    kind = _THOUGHT[draft.kind]
    after = head if draft.ref else ""
    if draft.kind == "tests" and path:
        return kind, Subject("file", path=path, ref=draft.ref, after=after)
    if finding is None or draft.kind == "tests":
        return None
    return kind, Subject(
        "finding", path=finding.path, finding=finding.fingerprint, ref=draft.ref, after=after
    )
