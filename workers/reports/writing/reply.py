"""A reply in a review's thread, of which only the first comment can be replied to.

target: {"number", "root_id": that first comment, "path", "commit"}
content: {"body", "link"?}
"""

from __future__ import annotations

from core.db.intents import Intent
from core.github import NotFound
from workers.reports.writing.base import Found, Gone, Made, Pen, Row, body, made, since


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
    row = await _standing(pen, intent, place)
    said = {"body": body(intent)}
    return made(await pen.edit(intent, row, said, place=place, asked="edit a reply"))


async def _standing(pen: Pen, intent: Intent, place: str) -> Row:
    """Raise Gone where a person deleted the reply, and not the whole pull request with it."""
    try:
        return await pen.get(place, "show a review comment")
    except NotFound:
        await pen.get(f"/pulls/{intent.target['number']}", "show a pull request")
    raise Gone("a person deleted this reply; it is not written again")


async def find(pen: Pen, intent: Intent) -> Found | None:
    place = f"/pulls/{intent.target['number']}/comments?per_page=100&since={since(intent)}"
    async for row in pen.rows(place, "list review comments"):
        if pen.wrote(row, row.get("body"), intent):
            return Found(made(row), current=row["body"] == body(intent))
    return None
