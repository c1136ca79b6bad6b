"""What Ponder found at a line, said again with all that shows it to whoever asks of it there."""

from __future__ import annotations

from core.db import review_findings
from core.db.connect import Database
from core.db.review_findings import ReviewFinding
from workers.answer.asked import Asked
from workers.answer.cite import Citations, Lines


async def finding_of(database: Database, asked: Asked) -> ReviewFinding | None:
    """None where the question is of something else, too, or what was found is gone."""
    target = asked.row.target
    if "finding" not in target:
        return None
    async with database.tenant(asked.row.installation_id) as connection:
        found = await review_findings.of_pull(connection, asked.repository.id, target["number"])
    return next((each for each in found if each.fingerprint == target["finding"]), None)


def finding_told(finding: ReviewFinding, citations: Citations) -> str:
    """Markdown; '' where the commit no longer has its lines."""
    mark = citations.mark(Lines(finding.path, finding.start_line, finding.end_line))
    if not mark:
        return ""
    over = {
        "fixed": f"It is fixed since {finding.fixed_in[:9]}.",
        "dismissed": "It was dismissed.",
        "false_positive": "It was judged to be none.",
    }
    parts = [f"{finding.message.rstrip('.')} {mark}.", finding.explanation, over.get(finding.state)]
    return "\n\n".join(part for part in parts if part)
