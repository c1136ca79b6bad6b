"""A comment on an issue or on a pull request's page; one that changes is a sticky one.

target: {"number", "pull"?: whether it is a pull request}
content: {"body", "link"?: to the whole, where the body is cut}
"""

from __future__ import annotations

from core.db.intents import Intent
from workers.reports.writing.base import (
    Found,
    Made,
    Pen,
    body,
    found,
    made,
    standing,
    talking,
)

permissions = talking


async def write(pen: Pen, intent: Intent) -> Made:
    place = f"/issues/{intent.target['number']}/comments"
    return made(await pen.send("POST", place, {"body": body(intent)}, "add a comment"))


async def change(pen: Pen, intent: Intent) -> Made:
    place = f"/issues/comments/{intent.github_id}"
    around = f"/issues/{intent.target['number']}"
    row = await standing(pen, place, name="comment", around=around)
    said = {"body": body(intent)}
    return made(await pen.edit(intent, row, said, place=place, asked="edit a comment"))


async def find(pen: Pen, intent: Intent) -> Found | None:
    place = f"/issues/{intent.target['number']}/comments?"
    return await found(pen, intent, place, asked="list comments")
