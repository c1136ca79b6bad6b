"""A review: its text and all its inline comments in one request, so that one e-mail tells of them.

target: {"number", "commit": the head that was reviewed}
content: {"body", "link"?, "event"?: "COMMENT", "comments": [{"key", "path", "line", "side", "body",
    "start_line"?, "start_side"?}]}
made: {"comments": {key: the comment's id}}

GitHub refuses the whole for one comment on a line that the diff does not show, as after a push that
came in between: then what the comments say stands in the review's own text. A change edits the text
alone: what a person may have replied to stays as it was.
"""

from __future__ import annotations

import re
from typing import Any

from core.db.intents import Intent
from core.github import Refused
from workers.reports.fit import MAX_BODY, fit
from workers.reports.markdown import code
from workers.reports.writing.base import Found, Made, Pen, Row, body, made, marker

_PLACELESS = re.compile(r"\b(diff|hunk|line|path|position)\b", re.IGNORECASE)
_PLACE = ("path", "line", "side", "start_line", "start_side")


def permissions(intent: Intent) -> dict[str, str]:
    return {"pull_requests": "write"}


async def write(pen: Pen, intent: Intent) -> Made:
    comments = [_comment(intent, row) for row in intent.content.get("comments", [])]
    review = {
        "commit_id": intent.target["commit"],
        "event": intent.content.get("event", "COMMENT"),
        "body": body(intent),
    }
    try:
        whole = review | {"comments": comments}
        row = await pen.send("POST", _place(intent), whole, "add a review")
    except Refused as error:
        if not comments or not _PLACELESS.search(str(error)):
            raise
        review["body"] = body(intent, text=_together(intent))
        row = await pen.send("POST", _place(intent), review, "add a review")
    return await _made(pen, intent, row)


async def change(pen: Pen, intent: Intent) -> Made:
    place = f"{_place(intent)}/{intent.github_id}"
    row = await pen.get(place, "show a review")
    said = {"body": body(intent)}
    row = await pen.edit(intent, row, said, method="PUT", place=place, asked="edit a review")
    return await _made(pen, intent, row)


async def find(pen: Pen, intent: Intent) -> Found | None:
    async for row in pen.rows(f"{_place(intent)}?per_page=100", "list reviews"):
        if pen.wrote(row, row.get("body"), intent):
            there = await _made(pen, intent, row)
            whole = {body(intent), body(intent, text=_together(intent))}
            return Found(there, current=row["body"] in whole)
    return None


def _place(intent: Intent) -> str:
    return f"/pulls/{intent.target['number']}/reviews"


def _together(intent: Intent) -> str:
    """The text and the comments as one text, in which suggestions are code."""
    parts = [intent.content["body"]]
    for row in intent.content.get("comments", []):
        said = row["body"].replace("```suggestion", "```")
        parts.append(f"{code(row['path'])}, line {row['line']}:\n\n{said}")
    return "\n\n---\n\n".join(parts)


def _comment(intent: Intent, row: dict[str, Any]) -> dict[str, Any]:
    mark = marker(row["key"])
    said = fit(row["body"], MAX_BODY - len(mark), link=intent.content.get("link", ""))
    place = {name: row[name] for name in _PLACE if row.get(name) is not None}
    return place | {"body": f"{said}\n\n{mark}"}


async def _made(pen: Pen, intent: Intent, row: Row) -> Made:
    """GitHub does not say which comment is which: their markers do."""
    keys = {
        marker(comment["key"]): comment["key"] for comment in intent.content.get("comments", [])
    }
    ids = dict(intent.made.get("comments", {}))
    if keys.keys() - {marker(key) for key in ids}:
        place = f"{_place(intent)}/{row['id']}/comments?per_page=100"
        async for comment in pen.rows(place, "list a review's comments"):
            mark = comment["body"].rstrip().rpartition("\n")[2]
            if mark in keys:
                ids[keys[mark]] = comment["id"]
    return made(row, comments=ids)
