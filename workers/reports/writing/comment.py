"""A comment on an issue or on a pull request's page; one that changes is a sticky one.

target: {"number", "pull"?: whether it is a pull request}
content: {"body", "link"?: to the whole, where the body is cut}
"""

from __future__ import annotations

from core.db.intents import Intent
from core.github import NotFound
from workers.reports.writing.base import Found, Gone, Made, Pen, Row, body, made, since, talking

permissions = talking


async def write(pen: Pen, intent: Intent) -> Made:
    place = f"/issues/{intent.target['number']}/comments"
    return made(await pen.send("POST", place, {"body": body(intent)}, "add a comment"))


async def change(pen: Pen, intent: Intent) -> Made:
    place = f"/issues/comments/{intent.github_id}"
    row = await _standing(pen, intent, place)
    said = {"body": body(intent)}
    return made(await pen.edit(intent, row, said, place=place, asked="edit a comment"))


async def _standing(pen: Pen, intent: Intent, place: str) -> Row:
    """Raise Gone where a person deleted the comment, and not the whole thread with it."""
    try:
        return await pen.get(place, "show a comment")
    except NotFound:
        await pen.get(f"/issues/{intent.target['number']}", "show an issue")
    raise Gone("a person deleted this comment; it is not written again")


async def find(pen: Pen, intent: Intent) -> Found | None:
    place = f"/issues/{intent.target['number']}/comments?per_page=100&since={since(intent)}"
    async for row in pen.rows(place, "list comments"):
        if pen.wrote(row, row.get("body"), intent):
            return Found(made(row), current=row["body"] == body(intent))
    return None
