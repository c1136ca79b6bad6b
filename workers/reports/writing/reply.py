"""A reply in a review's thread, of which only the first comment can be replied to.

target: {"number", "root_id": that first comment, "path", "commit"}
content: {"body", "link"?}
"""

from __future__ import annotations

from core.db.intents import Intent
from workers.reports.writing.base import Found, Made, Pen, body, found, made, standing


def permissions(intent: Intent) -> dict[str, str]:
    return {"pull_requests": "write"}


async def write(pen: Pen, intent: Intent) -> Made:
    """The endpoint named "replies" is closed to Apps. This one ignores the path and commit of a
    reply, and yet they are required."""
    target = intent.target
    reply = {
        "body": body(intent),
        "in_reply_to": target["root_id"],
        "path": target["path"],
        "commit_id": target["commit"],
    }
    place = f"/pulls/{target['number']}/comments"
    return made(await pen.send("POST", place, reply, "reply to a review comment"))


async def change(pen: Pen, intent: Intent) -> Made:
    place = f"/pulls/comments/{intent.github_id}"
    around = f"/pulls/{intent.target['number']}"
    row = await standing(pen, place, name="reply", around=around)
    said = {"body": body(intent)}
    return made(await pen.edit(intent, row, said, place=place, asked="edit a reply"))


async def find(pen: Pen, intent: Intent) -> Found | None:
    place = f"/pulls/{intent.target['number']}/comments?"
    return await found(pen, intent, place, asked="list review comments")
