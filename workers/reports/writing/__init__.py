"""What Ponder writes on GitHub: one file a kind, and the writer that brings GitHub to what was
meant. Nothing else writes there."""

from __future__ import annotations

from workers.reports.writing import (
    check_run,
    close_pull_request,
    comment,
    draft_pull_request,
    issue,
    reaction,
    reply,
    resolve,
    review,
)
from workers.reports.writing.base import Kind

KINDS: dict[str, Kind] = {
    "check_run": check_run,
    "close_pull_request": close_pull_request,
    "comment": comment,
    "draft_pull_request": draft_pull_request,
    "issue": issue,
    "reaction": reaction,
    "reply": reply,
    "resolve": resolve,
    "review": review,
}
