"""A reaction to a comment. Adding it again changes nothing, so none is looked for.

target: {"kind": "issues" | "pulls", "comment_id"}; or {"number"}, for an issue or a pull request
content: {"content": "eyes" | "+1" | …}
"""

from __future__ import annotations

from core.db.intents import Intent
from workers.reports.writing.base import Found, Made, Pen, talking


def permissions(intent: Intent) -> dict[str, str]:
    return talking(intent) if intent.target.get("kind") != "pulls" else {"pull_requests": "write"}


async def write(pen: Pen, intent: Intent) -> Made:
    target = intent.target
    place = (
        f"{target['kind']}/comments/{target['comment_id']}"
        if "comment_id" in target
        else f"issues/{target['number']}"
    )
    said = {"content": intent.content["content"]}
    row = await pen.send("POST", f"/{place}/reactions", said, "add a reaction")
    return Made(row["id"], row.get("node_id", ""))


async def change(pen: Pen, intent: Intent) -> Made:
    """The one before stays: a reaction is seen once, and taking it back would only puzzle."""
    return await write(pen, intent)


async def find(pen: Pen, intent: Intent) -> Found | None:
    return None
