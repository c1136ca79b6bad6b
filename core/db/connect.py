"""The pool, and the two kinds of transaction: one tenant's, and the system's."""

from __future__ import annotations

import logging
import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from pgvector.psycopg import register_vector_async
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from core.errors import TryLater, UserError

Connection = psycopg.AsyncConnection[TupleRow]

# It connects again by itself, and would print a line each time; our errors tell the rest.
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)

# Without iterative scan a filtered HNSW search may return nothing; a misspelt value is silently
# off, so the value is read back. JIT costs more than it gives on short queries.
_SESSION = """
SET ROLE ponder_app;
SET jit = off;
SET hnsw.iterative_scan = strict_order;
"""

_RECONNECT_SECONDS = 3.0
"""After that the pool begins anew. It waits twice as long after each attempt: left alone, a server
that was away for an hour would be found half an hour after it came back."""


async def _configure(connection: Connection) -> None:
    await register_vector_async(connection)
    # The type's lookup loaded the vector library, so that its settings are known from here on.
    await connection.execute("SELECT '[0]'::halfvec")
    await connection.execute(_SESSION)
    await connection.commit()


@dataclass(frozen=True, slots=True)
class Database:
    """A pool of connections that act as the role `ponder_app`, which row-level security binds."""

    pool: AsyncConnectionPool[Any]

    @property
    def url(self) -> str:
        """Of the server, for a connection outside the pool. It holds a password."""
        return str(self.pool.conninfo)

    @asynccontextmanager
    async def tenant(self, installation_id: int) -> AsyncIterator[Connection]:
        """One transaction that sees the rows of one installation."""
        async with self._scoped(str(installation_id)) as connection:
            yield connection

    @asynccontextmanager
    async def system(self) -> AsyncIterator[Connection]:
        """One transaction that sees every installation: for intake, sweeping and listing."""
        async with self._scoped("system") as connection:
            yield connection

    @asynccontextmanager
    async def pipelined(self) -> AsyncIterator[Connection]:
        """Like `system`, and a statement is sent without waiting for those before it: only for what
        is fetched is the server waited for. How many rows were changed is not known before."""
        async with self._scoped("system", pipelined=True) as connection:
            yield connection

    async def reachable(self) -> bool:
        """Whether the server answers now."""
        try:
            async with self.system() as connection:
                await connection.execute("SELECT 1")
        except (psycopg.Error, TryLater):
            return False
        return True

    @asynccontextmanager
    async def _scoped(
        self, installation: str, *, pipelined: bool = False
    ) -> AsyncIterator[Connection]:
        async with (
            self._connection() as connection,
            connection.pipeline() if pipelined else nullcontext(),
        ):
            # The role once more: no transaction inherits what another did to it.
            await connection.execute(
                "SELECT set_config('ponder.installation', %s, true), "
                "set_config('role', 'ponder_app', true)",
                (installation,),
            )
            yield connection

    @asynccontextmanager
    async def lock(self, key: int) -> AsyncIterator[None]:
        """One holder at a time, and the next waits. It ends with its connection, so it outlives no
        process."""
        async with self._connection() as connection:
            await connection.execute("SELECT pg_advisory_lock(%s)", (key,))
            await connection.commit()
            try:
                yield
            finally:
                # A connection that broke has no lock, and must not hide what ended the run.
                with suppress(psycopg.OperationalError):
                    await connection.execute("SELECT pg_advisory_unlock(%s)", (key,))

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        """One that is there. The pool's own check waits a second for the first that is gone, two
        for the next, and so on: a server that came back would be found half a minute later."""
        try:
            while _is_over(connection := await self.pool.getconn()):
                await connection.close()
                await self.pool.putconn(connection)
            try:
                async with connection:
                    yield connection
            finally:
                await self.pool.putconn(connection)
        except PoolTimeout as error:
            raise TryLater("all database connections are busy") from error
        except psycopg.errors.DiskFull as error:
            raise UserError("The disk of the database is full; make room and try again.") from error
        except psycopg.OperationalError as error:
            raise TryLater(f"the database does not answer ({_first_line(error)})") from error


async def scope(connection: Connection, installation_id: int | None) -> None:
    """What follows in a transaction of the system sees the rows of one installation alone; None for
    all of them again."""
    named = "system" if installation_id is None else str(installation_id)
    await connection.execute("SELECT set_config('ponder.installation', %s, true)", (named,))


def _is_over(connection: Connection) -> bool:
    """A server that went away has closed its end, and then something came. Asking it each time
    would take as long as most of what is done then."""
    if connection.closed:
        return True
    quiet = select.poll()
    quiet.register(connection.fileno(), select.POLLIN)
    return bool(quiet.poll(0))


async def _try_again(pool: AsyncConnectionPool[Any]) -> None:
    """Ask for a connection: the pool tries only when somebody asks, and who waits already asked."""
    with suppress(PoolTimeout, PoolClosed):
        await pool.putconn(await pool.getconn(timeout=1.0))


@asynccontextmanager
async def open_database(url: str, *, max_size: int = 8) -> AsyncIterator[Database]:
    """Raise UserError when the server cannot be reached or was not migrated."""
    await _reach(url)
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        url,
        open=False,
        min_size=1,
        max_size=max_size,
        configure=_configure,
        reconnect_timeout=_RECONNECT_SECONDS,
        reconnect_failed=_try_again,
    )
    await pool.open()
    try:
        await pool.wait()
        yield Database(pool)
    finally:
        await pool.close()


async def _reach(url: str) -> None:
    """One plain connection first: a pool would only say that it timed out."""
    try:
        async with await psycopg.AsyncConnection.connect(url, connect_timeout=10) as connection:
            cursor = await connection.execute("SELECT to_regclass('work') IS NOT NULL")
            migrated = (await cursor.fetchone() or (False,))[0]
    except psycopg.OperationalError as error:
        raise UserError(
            f"PostgreSQL cannot be reached ({_first_line(error)}); check DATABASE_URL, "
            "or unset it to use the embedded server."
        ) from error
    if not migrated:
        raise UserError("The database has no tables yet; run 'ponder migrate'.")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
