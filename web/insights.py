"""Findings for pages and programs: which are wanted, and how one is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, get_args
from urllib.parse import quote

from aiohttp import web

from core.db import findings
from core.db.findings import Evidence, Finding, Severity, State
from core.db.insights import Wanted
from core.db.repositories import Repository
from web import keys
from web.problem import Problem

EVIDENCE: tuple[str, ...] = tuple(reversed(get_args(Evidence)))
SEVERITY: tuple[str, ...] = tuple(reversed(get_args(Severity)))
STATE: tuple[str, ...] = get_args(State)

_VALUES = {"evidence": EVIDENCE, "severity": SEVERITY, "state": STATE}
_NAMES = ("evidence", "severity", "state", "kind", "path", "pull", "read")
_KIND = re.compile(r"[A-Za-z0-9][\w./@+-]{0,199}")
_FINGERPRINT = re.compile(r"[0-9A-Za-z_-]{1,128}")
_MOST_TERMS = 40


def wanted_in(request: web.Request) -> Wanted:
    """What the query names, each condition by itself (`?evidence=proven`) or as a term of `filter`
    (`?filter=evidence:proven high src/`); several values of one are alternatives. Without a state,
    open ones. Raise Problem 422 for what is none."""
    terms = [
        (name, value)
        for name in _NAMES
        for text in request.query.getall(name, [])
        for value in ([text] if name == "path" else text.split(","))
    ]
    terms += [_term(each) for each in " ".join(request.query.getall("filter", [])).split()]
    if len(terms) > _MOST_TERMS:
        raise Problem(422, f"A filter has at most {_MOST_TERMS} conditions.")
    return _wanted([(name, value.strip()) for name, value in terms if value.strip()])


def _term(text: str) -> tuple[str, str]:
    """A word of a filter says by itself what it is, where it is one of those that are listed."""
    name, colon, value = text.partition(":")
    if colon and name in _NAMES:
        return name, value
    if text in ("read", "unread"):
        return "read", "no" if text == "unread" else "yes"
    known = next((name for name, values in _VALUES.items() if text in values), "")
    return known or ("state" if text == "all" else "path" if text.endswith("/") else "kind"), text


def _wanted(terms: Sequence[tuple[str, str]]) -> Wanted:
    chosen: dict[str, list[str]] = {name: [] for name in _NAMES}
    for name, value in terms:
        _check(name, value)
        chosen[name].append(value)
    everything = "all" in chosen["state"]
    evidence = EVIDENCE if everything and not chosen["evidence"] else chosen["evidence"]
    return Wanted(
        evidence=tuple(evidence),
        severity=tuple(chosen["severity"]),
        state=() if everything else tuple(chosen["state"]) or ("open",),
        kind=tuple(chosen["kind"]),
        path=chosen["path"][-1].strip("/") if chosen["path"] else "",
        unread="no" in chosen["read"],
        ref=f"refs/pull/{chosen['pull'][-1]}/head" if chosen["pull"] else "",
    )


def _check(name: str, value: str) -> None:
    fits: dict[str, Callable[[], bool]] = {
        "state": lambda: value == "all" or value in STATE,
        "read": lambda: value in ("yes", "no"),
        "pull": lambda: re.fullmatch("[1-9][0-9]{0,9}", value) is not None,
        "kind": lambda: _KIND.fullmatch(value) is not None,
        "path": lambda: len(value) <= 4096 and "\x00" not in value,
    }
    if fits.get(name, lambda: value in _VALUES[name])():
        return
    listed = {**_VALUES, "state": (*STATE, "all"), "read": ("yes", "no")}.get(name, ())
    detail = f"must be one of {', '.join(listed)}" if listed else "is none"
    errors = [{"parameter": name, "detail": detail}]
    raise Problem(422, f"{name} '{value[:60]}' {detail}.", errors=errors)


async def named(request: web.Request, repository: Repository, *, fingerprint: str = "") -> Finding:
    """The finding in the path. Raise Problem 404."""
    wanted = fingerprint or request.match_info["fingerprint"]
    found = None
    if _FINGERPRINT.fullmatch(wanted):
        async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
            found = await findings.get(connection, repository.id, wanted)
    if found is None:
        raise Problem(404, f"{repository.name} has no finding '{wanted[:60]}'.")
    return found


def code_url(finding: Finding) -> str:
    """The code viewer's page at the lines, at the commit where it was seen last."""
    return place_url(
        finding.repository_id,
        finding.commit_sha,
        finding.path,
        finding.start_line,
        finding.end_line,
    )


def place_url(repository_id: int, commit: str, path: str, first: int, last: int) -> str:
    return (
        f"/repositories/{repository_id}/blob/{commit}/{quote(path)}"
        f"?lines={first}-{last}#L{first}-L{last}"
    )


def artifact_url(run_id: object, name: str) -> str:
    return f"/runs/{run_id}/artifacts/{quote(name, safe='')}"


def as_json(finding: Finding, public_url: str) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "repo_id": finding.repository_id,
        "run_id": str(finding.run_id) if finding.run_id else None,
        "thought": finding.thought,
        "rule": finding.rule,
        "severity": finding.severity,
        "evidence": finding.evidence,
        "state": finding.state,
        "commit": finding.commit_sha,
        "ref": finding.ref,
        "path": finding.path,
        "start_line": finding.start_line,
        "end_line": finding.end_line,
        "symbol": finding.symbol,
        "message": finding.message,
        "explanation": finding.explanation,
        "cause": finding.cause or None,
        "reproducer": finding.reproducer,
        "patch": finding.patch,
        "patch_state": finding.patch_state,
        "artifacts": [
            {**each, "url": artifact_url(each["run_id"], str(each["name"]))}
            for each in finding.artifacts
        ],
        "checks": finding.checks,
        "read": finding.read_at is not None,
        "vote": finding.vote,
        "created_at": finding.created_at.isoformat(),
        "seen_at": finding.seen_at.isoformat(),
        "closed_at": finding.closed_at.isoformat() if finding.closed_at else None,
        "code_url": code_url(finding),
        "url": f"{public_url}/repositories/{finding.repository_id}/insights/{finding.fingerprint}",
    }
