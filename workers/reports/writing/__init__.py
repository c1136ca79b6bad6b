"""What Ponder writes on GitHub: one file a kind, and the writer that brings GitHub to what was
meant. Nothing else writes there."""

from __future__ import annotations

from workers.reports.writing import comment, reaction, reply
from workers.reports.writing.base import Kind

KINDS: dict[str, Kind] = {
    "comment": comment,
    "reaction": reaction,
    "reply": reply,
}
