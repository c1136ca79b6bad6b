"""Where the bytes of an index are."""

from __future__ import annotations

import psycopg

# What belongs to the program and not to a repository.
_LEFT_OUT = ("migrations", "installations", "switches", "policies", "model_endpoints")


def tables(database_url: str) -> dict[str, tuple[int, int]]:
    """Bytes of each table, TOAST included, and of its indexes, after a VACUUM; the biggest first.
    Tables without a row are left out."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        cursor = connection.execute(
            "SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND pg_relation_size(oid) > 0 AND relname <> ALL(%s) "
            "ORDER BY pg_total_relation_size(oid) DESC",
            (list(_LEFT_OUT),),
        )
        return {name: (table, indexes) for name, table, indexes in cursor.fetchall()}


def shown(found: dict[str, tuple[int, int]], source: int) -> str:
    """A Markdown table; `source` is in bytes."""
    rows = [
        f"| {name} | {table / 1e6:.1f} | {indexes / 1e6:.1f} | {(table + indexes) / source:.2f} |"
        for name, (table, indexes) in found.items()
    ]
    total = sum(table + indexes for table, indexes in found.values())
    head = ["| table | MB | indexes MB | times the source |", "|---|---|---|---|"]
    last = (
        f"| **all** (source: {source / 1e6:.1f} MB) | | {total / 1e6:.1f} | {total / source:.2f} |"
    )
    return "\n".join([*head, *rows, last])
