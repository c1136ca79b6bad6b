"""Closing a pull request that Ponder opened, with its branch if that is wanted.

target: {"number"}
content: {"delete_branch": bool}
"""

from __future__ import annotations

from core.db.intents import Intent
from core.github import NotFound, Refused, segment
from workers.reports.writing.base import Found, Made, Pen, Row

OURS = "ponder/"
"""What our branches begin with."""


def permissions(intent: Intent) -> dict[str, str]:
    contents = {"contents": "write"} if intent.content.get("delete_branch") else {}
    return contents | {"pull_requests": "write"}


async def write(pen: Pen, intent: Intent) -> Made:
    place = f"/pulls/{intent.target['number']}"
    row = await pen.get(place, "show a pull request")
    if (row.get("user") or {}).get("login") != pen.bot:
        raise Refused("this pull request is a person's, and theirs to close")
    if row["state"] != "closed":
        await pen.send("PATCH", place, {"state": "closed"}, "close a pull request")
    if intent.content.get("delete_branch") and _is_ours(row):
        await delete_branch(pen, row["head"]["ref"])
    return Made(row["id"], row.get("node_id", ""))


change = write


async def find(pen: Pen, intent: Intent) -> Found | None:
    return None


def _is_ours(row: Row) -> bool:
    """A branch of a fork, or one with another name, is somebody else's."""
    head, base = row["head"], row["base"]
    same = (head.get("repo") or {}).get("id") == base["repo"]["id"]
    return same and str(head["ref"]).startswith(OURS)


async def delete_branch(pen: Pen, branch: str) -> None:
    """Nothing where it is gone already, which GitHub tells as something invalid."""
    try:
        place = f"/git/refs/heads/{segment(branch)}"
        await pen.send("DELETE", place, {}, "delete a branch")
    except (NotFound, Refused) as error:
        if "does not exist" not in str(error) and not isinstance(error, NotFound):
            raise
