"""Cards: what is known of a function, a module or a change, in sentences that cite their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection

KEPT = 20_000
"""Of one repository; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Card:
    """`kind` is function, module, change or map. `scope` is as of facts: '' the repository, a
    folder, a path, path#name; of a change 'before..after'. `sentences` are {"text", "citations":
    [{"path", "start_line", "end_line", "blob"}]}, the lines as at `commit_sha`; `content` is a
    digest of the code that they are about."""

    scope: str
    kind: str
    title: str
    sentences: list[dict[str, Any]]
    content: str
    commit_sha: str
    by_model: bool = False

    @property
    def citations(self) -> list[dict[str, Any]]:
        """Those of all sentences, each once, in the order of their numbers from 1."""
        found: list[dict[str, Any]] = []
        for each in self.sentences:
            found += [cited for cited in each["citations"] if cited not in found]
        return found

    @property
    def text(self) -> str:
        """Markdown, with the numbers of citations behind each sentence."""
        cited = self.citations
        return " ".join(
            " ".join([str(s["text"]), *(f"[{cited.index(c) + 1}]" for c in s["citations"])])
            for s in self.sentences
        )


_COLUMNS = ", ".join(Card.__dataclass_fields__)


async def remember(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    thought: str,
    cards: Sequence[Card],
) -> None:
    """In place of those of the same kind and scope; `thought` is who wrote them."""
    await connection.cursor().executemany(
        f"INSERT INTO cards (installation_id, repository_id, {_COLUMNS}) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (repository_id, kind, md5(scope)) DO UPDATE SET title = excluded.title, "
        "sentences = excluded.sentences, content = excluded.content, made_at = now(), "
        "commit_sha = excluded.commit_sha, by_model = excluded.by_model",
        [
            (
                *(installation_id, repository_id, each.scope, each.kind, each.title),
                *(Jsonb(each.sentences), each.content, each.commit_sha, each.by_model),
            )
            for each in cards
        ],
    )
    await connection.execute(
        "DELETE FROM cards WHERE id IN (SELECT id FROM cards WHERE repository_id = %s "
        "ORDER BY made_at DESC, id DESC OFFSET %s)",
        (repository_id, KEPT),
    )


async def get(
    connection: Connection, repository_id: int, path: str, symbol: str = ""
) -> Card | None:
    """Of a function, where there is a symbol; of a file, a folder or the repository ('')."""
    scope = f"{path}#{symbol}" if symbol else path
    found = await of_scope(connection, repository_id, scope)
    return found[0] if found else None


async def of_scope(connection: Connection, repository_id: int, scope: str) -> list[Card]:
    cursor = connection.cursor(row_factory=class_row(Card))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM cards WHERE repository_id = %s AND md5(scope) = md5(%s) "
        "AND scope = %s ORDER BY kind",
        (repository_id, scope, scope),
    )
    return await cursor.fetchall()


async def of_repository(
    connection: Connection, repository_id: int, *, kind: str = "", limit: int = 100
) -> list[Card]:
    """The newest first."""
    cursor = connection.cursor(row_factory=class_row(Card))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM cards WHERE repository_id = %s AND (%s = '' OR kind = %s) "
        "ORDER BY made_at DESC, id DESC LIMIT %s",
        (repository_id, kind, kind, limit),
    )
    return await cursor.fetchall()


async def contents(connection: Connection, repository_id: int) -> dict[tuple[str, str], str]:
    """The digest of each card's code, by kind and scope: what has it still need not be made."""
    cursor = await connection.execute(
        "SELECT kind, scope, content FROM cards WHERE repository_id = %s", (repository_id,)
    )
    return {(kind, scope): content for kind, scope, content in await cursor.fetchall()}
