"""Writers: one at a time writes to GitHub for an installation, by a lease, and not too fast.

Nobody holds a connection while waiting: the row says who writes, and when the next write may be.
"""

from __future__ import annotations

from uuid import UUID

from core.db.connect import Connection

LEASE_SECONDS = 20
"""With the sweep, so long after a writer was killed another goes on, or ten seconds later."""
MANY = 250
SLOW_SECONDS = 15
"""GitHub lets an installation create 500 things an hour: after half of them, one in so many seconds
keeps below that."""


async def take(connection: Connection, installation_id: int, holder: UUID) -> bool:
    """Whether the lease is ours now. Once another's row is committed that says it is not, that one
    also sees whatever we committed before: it looks again before it lets go."""
    cursor = await connection.execute(
        "INSERT INTO writers (installation_id, holder, lease_until) "
        "VALUES (%s, %s, clock_timestamp() + %s * interval '1 second') "
        "ON CONFLICT (installation_id) DO UPDATE SET holder = excluded.holder, "
        "lease_until = excluded.lease_until "
        "WHERE writers.holder IS NULL OR writers.lease_until < clock_timestamp() RETURNING TRUE",
        (installation_id, holder, LEASE_SECONDS),
    )
    return await cursor.fetchone() is not None


async def keep(connection: Connection, installation_id: int, holder: UUID) -> float | None:
    """Prolong the lease; the seconds until the next write may be, None if the lease was lost."""
    cursor = await connection.execute(
        "UPDATE writers SET lease_until = clock_timestamp() + %s * interval '1 second' "
        "WHERE installation_id = %s AND holder = %s "
        "RETURNING greatest(0, extract(epoch FROM next_at - clock_timestamp()))",
        (LEASE_SECONDS, installation_id, holder),
    )
    row = await cursor.fetchone()
    return float(row[0]) if row else None


async def rest(connection: Connection, installation_id: int, seconds: float) -> None:
    """Something was written just now: nothing else is for so many seconds, or for longer after an
    hour with much to write. 0 is for servers without limits."""
    await connection.execute(
        "UPDATE writers SET next_at = greatest(next_at, clock_timestamp() + interval '1 second' * "
        "CASE WHEN %(seconds)s > 0 AND (SELECT count(*) FROM (SELECT FROM intents "
        "WHERE installation_id = %(id)s AND written_at > now() - interval '1 hour' "
        "LIMIT %(many)s) AS lately) >= %(many)s THEN %(slow)s ELSE %(seconds)s END) "
        "WHERE installation_id = %(id)s",
        {"id": installation_id, "seconds": seconds, "many": MANY, "slow": SLOW_SECONDS},
    )


async def limit(connection: Connection, installation_id: int, seconds: float, reason: str) -> None:
    """GitHub limits the installation. Each limit in a row makes the wait twice as long, up to an
    hour or to what GitHub asks for."""
    await connection.execute(
        "UPDATE writers SET limits = limits + 1, reason = %(reason)s, next_at = clock_timestamp() "
        "+ greatest(%(seconds)s, least(%(seconds)s * 2 ^ limits, 3600)) * interval '1 second' "
        "WHERE installation_id = %(id)s",
        {"id": installation_id, "seconds": seconds, "reason": reason},
    )


async def unlimited(connection: Connection, installation_id: int) -> None:
    """GitHub took something: the next limit is the first again."""
    await connection.execute(
        "UPDATE writers SET limits = 0, reason = NULL WHERE installation_id = %s AND limits > 0",
        (installation_id,),
    )


async def release(connection: Connection, installation_id: int, holder: UUID) -> None:
    await connection.execute(
        "UPDATE writers SET holder = NULL, lease_until = NULL "
        "WHERE installation_id = %s AND holder = %s",
        (installation_id, holder),
    )


async def lock(connection: Connection, installation_id: int) -> None:
    """Until the transaction ends nobody takes or releases the lease."""
    await connection.execute(
        "SELECT FROM writers WHERE installation_id = %s FOR UPDATE", (installation_id,)
    )


async def waits(connection: Connection, installation_id: int) -> str | None:
    """Why nothing is written now, where GitHub asked to wait."""
    cursor = await connection.execute(
        "SELECT reason FROM writers WHERE installation_id = %s AND next_at > now()",
        (installation_id,),
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def forget(connection: Connection, installation_id: int) -> None:
    """Of an installation that was removed."""
    await connection.execute("DELETE FROM writers WHERE installation_id = %s", (installation_id,))
