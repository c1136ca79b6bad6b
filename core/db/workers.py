"""Workers: what the processes that think cannot do, as each tells of itself while it lives.

A row that was not told again for LIFE_SECONDS is of a process that is gone, and is not believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection

TELL_SECONDS = 10.0
LIFE_SECONDS = 45.0
SANDBOX = "sandbox"
"""The name of what nothing of a repository can be executed without."""


@dataclass(frozen=True, slots=True)
class Lack:
    """`turns_off` says what is not done, `found` why, and `mend` what to do: parts of sentences."""

    name: str
    turns_off: str
    found: str
    mend: str


@dataclass(frozen=True, slots=True)
class Off:
    """What `lacking` of the `living` workers lack, with the reason of one of them."""

    name: str
    turns_off: str
    found: str
    mend: str
    lacking: int
    living: int

    @property
    def everywhere(self) -> bool:
        return self.lacking == self.living

    @property
    def what(self) -> str:
        """As a sentence without its end."""
        some = "" if self.everywhere else f" by {self.lacking} of {self.living} workers"
        return f"{self.turns_off}{some}"


async def tell(connection: Connection, worker: UUID, lacks: Sequence[Lack]) -> None:
    """It lives, and lacks this."""
    await connection.execute(
        "INSERT INTO workers (id, lacks) VALUES (%s, %s) "
        "ON CONFLICT (id) DO UPDATE SET lacks = excluded.lacks, seen_at = now()",
        (worker, Jsonb([asdict(each) for each in lacks])),
    )


async def leave(connection: Connection, worker: UUID) -> None:
    """It stops; and those that did not live to say so are forgotten."""
    await connection.execute(
        "DELETE FROM workers WHERE id = %s OR seen_at < now() - interval '1 day'", (worker,)
    )


async def is_any(connection: Connection) -> bool:
    """Whether a worker that thinks has told of itself yet."""
    cursor = await connection.execute(
        "SELECT FROM workers WHERE seen_at > now() - %s * interval '1 second' LIMIT 1",
        (LIFE_SECONDS,),
    )
    return await cursor.fetchone() is not None


async def off(connection: Connection) -> list[Off]:
    """What some of the workers that live cannot do; where nothing can be executed, that first."""
    cursor = connection.cursor(row_factory=class_row(Off))
    await cursor.execute(
        "WITH living AS (SELECT lacks FROM workers "
        "WHERE seen_at > now() - %s * interval '1 second') "
        "SELECT l.name, l.turns_off, min(l.found) AS found, min(l.mend) AS mend, "
        "count(*) AS lacking, (SELECT count(*) FROM living) AS living "
        "FROM living, jsonb_to_recordset(living.lacks) "
        "AS l (name text, turns_off text, found text, mend text) "
        "GROUP BY l.name, l.turns_off ORDER BY l.name <> %s, l.name",
        (LIFE_SECONDS, SANDBOX),
    )
    return await cursor.fetchall()
