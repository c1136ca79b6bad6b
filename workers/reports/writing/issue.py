"""An issue of our own: the greeting after an installation, the dashboard.

target: {}
content: {"title", "body", "link"?, "state"?: "open" | "closed", "labels"?: [names]}
made: {"number", "closed": whether we closed it}
"""

from __future__ import annotations

from typing import Any

from core.db.intents import Intent
from workers.reports.fit import line
from workers.reports.writing.base import Found, Made, Pen, Row, body, found, made, standing


def permissions(intent: Intent) -> dict[str, str]:
    return {"issues": "write"}


async def write(pen: Pen, intent: Intent) -> Made:
    return _made(await pen.send("POST", "/issues", _issue(intent), "open an issue"))


async def change(pen: Pen, intent: Intent) -> Made:
    place = f"/issues/{intent.made['number']}"
    row = await standing(pen, place, name="issue", around="")
    said = _issue(intent)
    # Who closed it does not want it open; what we closed ourselves, we may open again.
    closed_by_person = row["state"] == "closed" and not intent.made.get("closed")
    if (state := intent.content.get("state")) and not closed_by_person:
        said["state"] = state
    row = await pen.edit(intent, row, said, place=place, asked="edit an issue")
    return _made(row, closed=intent.content.get("state") == "closed")


async def find(pen: Pen, intent: Intent) -> Found | None:
    return await found(pen, intent, "/issues?state=all&", asked="list issues", number="number")


def _issue(intent: Intent) -> dict[str, Any]:
    issue = {"title": line(intent.content["title"], 256), "body": body(intent)}
    if "labels" in intent.content:
        issue["labels"] = intent.content["labels"]
    return issue


def _made(row: Row, *, closed: bool = False) -> Made:
    return made(row, number=row["number"], closed=closed)
