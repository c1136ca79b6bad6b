"""What people made of the findings of each rule. The votes are those on findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from psycopg.rows import class_row

from core.db.connect import Connection

LEAST_VOTES = 5
"""Fewer say nothing about a rule."""
PROBATION, OFF = 0.10, 0.25

Standing = Literal["good", "probation", "off"]


@dataclass(frozen=True, slots=True)
class RuleVotes:
    """Of one rule: findings that somebody judged, and those of them that were found useless."""

    rule: str
    votes: int
    useless: int

    @property
    def standing(self) -> Standing:
        """On probation from a tenth of useless findings on, off from a quarter on."""
        if self.votes < LEAST_VOTES:
            return "good"
        share = self.useless / self.votes
        return "off" if share >= OFF else "probation" if share >= PROBATION else "good"


async def of_installation(connection: Connection, thought: str) -> list[RuleVotes]:
    """Over all repositories of the installation: what a team finds useless here it does there. A
    finding counts once, whether somebody voted, dismissed it or took its patch, here or on GitHub;
    there, the word of those counts who may write. Rules are named after the tool that has them, so
    that what was said of one in a pull request counts for whichever Thought runs it."""
    cursor = connection.cursor(row_factory=class_row(RuleVotes))
    await cursor.execute(
        "WITH here AS (SELECT repository_id, fingerprint, rule, CASE WHEN vote = -1 OR (vote = 0 "
        "AND state IN ('dismissed', 'false_positive')) THEN -1 ELSE 1 END AS said FROM findings "
        "WHERE thought = %s AND (vote <> 0 OR state IN ('dismissed', 'false_positive') "
        "OR patch_state = 'taken')), "
        "there AS (SELECT repository_id, fingerprint, max(rule) AS rule, sign(sum(vote)) AS said "
        "FROM feedback WHERE fingerprint <> '' AND rule <> '' AND may_write "
        "GROUP BY repository_id, fingerprint HAVING sum(vote) <> 0) "
        "SELECT rule, count(*) AS votes, count(*) FILTER (WHERE said < 0) AS useless FROM "
        "(SELECT rule, coalesce(here.said, there.said) AS said FROM here FULL JOIN there "
        "USING (repository_id, fingerprint, rule)) AS judged GROUP BY rule ORDER BY rule",
        (thought,),
    )
    return await cursor.fetchall()
