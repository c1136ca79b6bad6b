"""An answer as the API shows it."""

from __future__ import annotations

from typing import Any

from core.db import citations
from core.db.answers import Answer
from core.db.citations import Citation
from core.db.connect import Connection


async def as_json(connection: Connection, answer: Answer, public_url: str) -> dict[str, Any]:
    cited = await citations.of_answer(connection, answer.id)
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
        "citations": [citation_json(citation) for citation in cited],
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


def citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.ordinal,
        "path": citation.path,
        "start_line": citation.start_line,
        "end_line": citation.end_line,
        "commit": citation.commit_sha,
        "url": citation.url,
    }
