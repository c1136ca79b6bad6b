"""A check run: created at once, with its annotations in batches and its conclusion last.

target: {"sha"}
content: {"name", "status": "queued" | "in_progress" | "completed", "conclusion"?, "title",
    "summary", "text"?, "annotations"?, "actions"?, "details_url"?, "link"?: to the whole}
made: {"sent": [annotations' digests], "sending": […]}

Annotations are GitHub's own objects. Each request adds to those that are there and none is ever
taken back, so what was sent is remembered; where an answer was lost, GitHub's count tells whether
the batch that was under way arrived.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from core.db.intents import Intent
from core.github import Refused
from workers.reports.fit import fit, line
from workers.reports.markdown import plain
from workers.reports.writing.base import Found, Made, Pen, Row

BATCH = 50
"""Annotations that GitHub takes in one request."""

_ACTIONS = 3
_MESSAGE = 16_000
"""Characters of an annotation; GitHub takes 64 KB."""

Annotation = Mapping[str, Any]


def permissions(intent: Intent) -> dict[str, str]:
    return {"checks": "write"}


async def write(pen: Pen, intent: Intent) -> Made:
    """Where there are annotations, without a conclusion: a reader who sees it sees all of it."""
    run = _run(intent) | {"head_sha": intent.target["sha"], "external_id": intent.key}
    if not intent.content.get("annotations"):
        return _made(await pen.send("POST", "/check-runs", run, "create a check run"), ())
    begun = _unfinished(run) | {"status": "in_progress"}
    row = await pen.send("POST", "/check-runs", begun, "create a check run")
    await pen.remember(intent, {}, github_id=row["id"], node_id=row.get("node_id"))
    return await _bring(pen, replace(intent, github_id=row["id"], made={}), ())


async def change(pen: Pen, intent: Intent) -> Made:
    """GitHub is asked what it has only where the answer to a batch was lost: it lets nobody but the
    App that made a check run change it."""
    sent, sending = intent.made.get("sent", []), intent.made.get("sending", [])
    if set(sending) <= set(sent):
        return await _bring(pen, intent, sent)
    row = await pen.get(f"/check-runs/{intent.github_id}", "show a check run")
    if row.get("external_id") != intent.key:
        raise Refused("this check run is not the one that Ponder made")
    return await _bring(pen, intent, _sent(intent, row))


async def find(pen: Pen, intent: Intent) -> Found | None:
    place = f"/commits/{intent.target['sha']}/check-runs?per_page=100&filter=all&check_name="
    place += quote(intent.content["name"], safe="")
    async for row in pen.rows(place, "list check runs", rows="check_runs"):
        if row.get("external_id") == intent.key and _is_ours(pen, row):
            return Found(_made(row, _sent(intent, row)), current=False)
    return None


def _is_ours(pen: Pen, row: Row) -> bool:
    """Any App may give its check run any `external_id`."""
    slug = (row.get("app") or {}).get("slug")
    return slug is None or f"{slug}[bot]" == pen.bot


def _sent(intent: Intent, row: Row) -> Sequence[str]:
    """Digests of the annotations that GitHub has."""
    sent, sending = intent.made.get("sent", []), intent.made.get("sending", [])
    arrived = (row.get("output") or {}).get("annotations_count", 0) > len(sent)
    return [*sent, *sending] if arrived else sent


async def _bring(pen: Pen, intent: Intent, sent: Sequence[str]) -> Made:
    """Send what GitHub lacks, and the conclusion with the last of it."""
    place, run = f"/check-runs/{intent.github_id}", _run(intent)
    batches = list(_batches(_lacking(intent, sent))) or [[]]
    for number, batch in enumerate(batches, 1):
        digests = [digest(row) for row in batch]
        if batch:
            await pen.remember(intent, {"sent": list(sent), "sending": digests})
        said = run if number == len(batches) else _unfinished(run)
        output = said["output"] | (
            {"annotations": [_clipped(row) for row in batch]} if batch else {}
        )
        row = await pen.send("PATCH", place, said | {"output": output}, "change a check run")
        sent = [*sent, *digests]
    return _made(row, sent)


def _lacking(intent: Intent, sent: Sequence[str]) -> list[Annotation]:
    """In order, each once."""
    known, lacking = set(sent), []
    for row in intent.content.get("annotations", []):
        if (name := digest(row)) not in known:
            known.add(name)
            lacking.append(row)
    return lacking


def _batches(rows: Sequence[Annotation]) -> Iterator[Sequence[Annotation]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def digest(row: Annotation) -> str:
    """What an annotation is known by."""
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:16]


def _run(intent: Intent) -> dict[str, Any]:
    """The whole, but for annotations."""
    content, link = intent.content, intent.content.get("link", "")
    output = {"title": line(content["title"], 255), "summary": fit(content["summary"], link=link)}
    if content.get("text"):
        output["text"] = fit(content["text"], link=link)
    run = {"name": content["name"], "status": content["status"], "output": output}
    for name in ("conclusion", "details_url"):
        if content.get(name):
            run[name] = content[name]
    run["actions"] = [_action(row) for row in content.get("actions", [])[:_ACTIONS]]
    return run


def _unfinished(run: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says that it is done; a run that is done already stays so."""
    return {key: run[key] for key in run if key not in {"status", "conclusion", "actions"}}


def _action(row: Mapping[str, str]) -> dict[str, str]:
    return {
        "label": row["label"][:20],
        "description": row["description"][:40],
        "identifier": row["identifier"][:20],
    }


def _clipped(row: Annotation) -> dict[str, Any]:
    clipped = dict(row) | {"message": fit(plain(row["message"]), _MESSAGE)}
    if row.get("title"):
        clipped["title"] = line(plain(row["title"]), 255)
    if row.get("raw_details"):
        clipped["raw_details"] = fit(plain(row["raw_details"]), _MESSAGE)
    return clipped


def _made(row: Row, sent: Sequence[str]) -> Made:
    return Made(row["id"], row.get("node_id", ""), {"sent": list(sent)})
