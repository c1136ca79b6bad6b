"""An answer as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.db import citations, snapshots
from core.db.answers import Answer
from core.db.citations import Anchor, Citation
from core.db.connect import Connection


async def as_json(connection: Connection, answer: Answer, public_url: str) -> dict[str, Any]:
    cited = await citations.of_answer(connection, answer.id)
    moved = await moved_to(connection, answer, cited)
    return {
        "answer_id": str(answer.id),
        "conversation_id": str(answer.conversation_id),
        "repo_id": answer.repository_id,
        "state": answer.state,
        "question": answer.question,
        "answer": answer.text,
        "refused": answer.refused,
        "notice": answer.notice,
        "stale": answer.stale,
        "citations": [citation_json(each, moved.get(each.ordinal)) for each in cited],
        "commit": answer.commit_sha,
        "model": answer.model or None,
        "policy_version": answer.policy_version,
        "propensity": answer.propensity,
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "cost_usd": answer.cost_usd,
        "checks_passed": answer.checks_passed,
        "checks_failed": answer.checks_failed,
        "seconds": answer.seconds,
        "created_at": answer.created_at.isoformat(),
        "why_url": f"{public_url}/answers/{answer.id}/why",
    }


async def moved_to(
    connection: Connection, answer: Answer, cited: Sequence[Citation]
) -> dict[int, Anchor]:
    """Where unchanged lines are now, by the numbers of those that are not where they were. Once one
    of an answer has changed, none is followed; and of a pull request its own head counts."""
    current = await snapshots.current(connection, answer.repository_id)
    if current is None or answer.stale:
        return {}
    before = {each.ordinal: (each.path, each.start_line) for each in cited}
    return {
        ordinal: anchor if answer.ref else replace(anchor, commit_sha=current.commit_sha)
        for ordinal, anchor in (await citations.anchors(connection, answer.id)).items()
        if (anchor.path, anchor.start_line) != before[ordinal]
    }


def citation_json(citation: Citation, now: Anchor | None) -> dict[str, Any]:
    return {
        "number": citation.ordinal,
        "path": citation.path,
        "start_line": citation.start_line,
        "end_line": citation.end_line,
        "commit": citation.commit_sha,
        "url": citation.url,
        "now": _place(now) if now else None,
    }


def _place(anchor: Anchor) -> dict[str, Any]:
    return {
        "path": anchor.path,
        "start_line": anchor.start_line,
        "end_line": anchor.end_line,
        "commit": anchor.commit_sha,
    }
