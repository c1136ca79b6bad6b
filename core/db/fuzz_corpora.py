"""Corpora: inputs that reached something new in a function while it was fuzzed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.db.connect import Connection

_MOST_INPUTS = 150
_MOST_BYTES = 64 * 1024
_MOST_TARGETS = 1_000


@dataclass(frozen=True, slots=True)
class Corpus:
    """Of one function, by 'path#symbol'. The inputs are as the language's fuzzer writes them."""

    target: str
    inputs: tuple[bytes, ...]


async def of_repository(connection: Connection, repository_id: int) -> dict[str, list[bytes]]:
    """By the functions' names."""
    cursor = await connection.execute(
        "SELECT target, inputs FROM fuzz_corpora WHERE repository_id = %s", (repository_id,)
    )
    return dict(await cursor.fetchall())


async def remember(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    thought: str,
    fuzz_corpora: Sequence[Corpus],
) -> None:
    """In place of what was kept before, the smallest inputs first, as far as there is room; what
    was not fuzzed for longest makes way."""
    await connection.cursor().executemany(
        "INSERT INTO fuzz_corpora (installation_id, repository_id, target, inputs) "
        "VALUES (%s, %s, %s, %s) ON CONFLICT (repository_id, target) "
        "DO UPDATE SET inputs = excluded.inputs, kept_at = now()",
        [(installation_id, repository_id, each.target, kept(each.inputs)) for each in fuzz_corpora],
    )
    await connection.execute(
        "DELETE FROM fuzz_corpora WHERE repository_id = %(repository)s AND target IN ("
        "SELECT target FROM fuzz_corpora WHERE repository_id = %(repository)s "
        "ORDER BY kept_at DESC, target OFFSET %(most)s)",
        {"repository": repository_id, "most": _MOST_TARGETS},
    )


def kept(inputs: Sequence[bytes]) -> list[bytes]:
    """Each once, the smallest first, within bounds: small inputs are as good as large ones that
    reach the same, and are run sooner."""
    found: list[bytes] = []
    room = _MOST_BYTES
    for each in sorted(set(inputs), key=lambda raw: (len(raw), raw)):
        room -= len(each)
        if room < 0 or len(found) >= _MOST_INPUTS:
            break
        found.append(each)
    return found
