"""A draft pull request: a branch of our own with one commit, made through the Git Data API without
author or signature, so that GitHub signs it. Nothing merges it but a person.

target: {}
content: {"title", "body", "link"?, "base": a branch, "branch": "ponder/…", "base_commit",
    "message", "changes": [{"path", "text": str, or None to delete, "mode"?}]}
made: {"number", "commits": all that were ever made, "basis": a digest of what the last is made of}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.db.intents import Intent
from core.github import NotFound, Refused, segment
from workers.reports.fit import line
from workers.reports.writing.base import Found, Made, Pen, Row, body, made
from workers.reports.writing.close_pull_request import OURS, delete_branch

_NO_DRAFTS = (
    "GitHub offers no draft pull requests in this repository's plan; the change itself is on "
    "Ponder's page, to be applied by hand"
)


def permissions(intent: Intent) -> dict[str, str]:
    return {"contents": "write", "pull_requests": "write"}


async def write(pen: Pen, intent: Intent) -> Made:
    """Each step is remembered or can be seen on GitHub: whatever is cut off goes on from there."""
    branch = intent.content["branch"]
    if not branch.startswith(OURS):
        raise Refused(f"a branch of Ponder's own begins with {OURS}")
    commits = await _on_branch(pen, intent)
    try:
        row = await pen.send("POST", "/pulls", _pull(intent), "open a draft pull request")
    except Refused as error:
        # A branch that leads nowhere is litter.
        await delete_branch(pen, branch)
        if "draft" not in str(error).lower().partition(":")[2]:
            raise
        raise Refused(_NO_DRAFTS) from error
    return _made(row, commits)


async def change(pen: Pen, intent: Intent) -> Made:
    """Raise Refused once a person closed it, or pushed to its branch: then it is theirs."""
    place = f"/pulls/{intent.made['number']}"
    row = await pen.get(place, "show a pull request")
    pen.own(intent, row)
    if row["state"] != "open":
        raise Refused("the pull request was closed, and stays closed")
    commits = await _on_branch(pen, intent)
    said = {"title": _title(intent), "body": body(intent)}
    there = replace(intent, made=dict(commits))
    row = await pen.edit(there, row, said, place=place, asked="edit a pull request")
    return _made(row, commits)


async def find(pen: Pen, intent: Intent) -> Found | None:
    owner = pen.acting.base.split("/")[2]
    place = f"/pulls?state=all&per_page=100&head={owner}:{segment(intent.content['branch'])}"
    async for row in pen.rows(place, "list pull requests"):
        if pen.wrote(row, row.get("body"), intent):
            current = intent.made.get("basis") == _basis(intent) and row["body"] == body(intent)
            return Found(_made(row, intent.made), current=current)
    return None


async def _on_branch(pen: Pen, intent: Intent) -> Mapping[str, Any]:
    """The content as a commit at the branch's tip. Every commit is remembered before a branch leads
    to it, so that one of ours is known from one that a person pushed."""
    kept = intent.made
    if kept.get("basis") != _basis(intent):
        commits = [*kept.get("commits", []), await _commit(pen, intent)]
        kept = kept | {"commits": commits, "basis": _basis(intent)}
        await pen.remember(intent, kept)
    await _point(pen, intent.content["branch"], kept["commits"])
    return kept


async def _commit(pen: Pen, intent: Intent) -> str:
    """What has no name yet is seen by nobody: a commit that is lost here is no harm."""
    content = intent.content
    base = await pen.get(f"/git/commits/{content['base_commit']}", "show a commit")
    changes = [_entry(row) for row in content["changes"]]
    tree = {"base_tree": base["tree"]["sha"], "tree": changes}
    grown = await pen.send("POST", "/git/trees", tree, "create a tree")
    commit = {
        "message": content["message"],
        "tree": grown["sha"],
        "parents": [content["base_commit"]],
    }
    row = await pen.send("POST", "/git/commits", commit, "create a commit")
    return str(row["sha"])


async def _point(pen: Pen, branch: str, commits: Sequence[str]) -> None:
    """Raise Refused where the branch is at a commit that is not ours."""
    place, newest = segment(branch), commits[-1]
    try:
        there = (await pen.get(f"/git/ref/heads/{place}", "show a branch"))["object"]["sha"]
    except NotFound:
        reference = {"ref": f"refs/heads/{branch}", "sha": newest}
        await pen.send("POST", "/git/refs", reference, "create a branch")
        return
    if there not in commits:
        raise Refused(f"somebody pushed to the branch {branch}, and it is theirs now")
    if there != newest:
        moved = {"sha": newest, "force": True}
        await pen.send("PATCH", f"/git/refs/heads/{place}", moved, "move a branch")


def _entry(row: Mapping[str, Any]) -> dict[str, Any]:
    entry = {"path": row["path"], "mode": row.get("mode", "100644"), "type": "blob"}
    return entry | ({"sha": None} if row["text"] is None else {"content": row["text"]})


def _pull(intent: Intent) -> dict[str, Any]:
    content = intent.content
    where = {"head": content["branch"], "base": content["base"]}
    return where | {"title": _title(intent), "body": body(intent), "draft": True}


def _title(intent: Intent) -> str:
    return line(intent.content["title"], 250)


def _basis(intent: Intent) -> str:
    made_of = {name: intent.content[name] for name in ("base_commit", "message", "changes")}
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def _made(row: Row, kept: Mapping[str, Any]) -> Made:
    named = {name: kept[name] for name in ("commits", "basis") if name in kept}
    return made(row, number=row["number"], **named)
