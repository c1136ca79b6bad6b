from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workers.retrieve.sources import SHOP, index_of, parsed
from workers.retrieve import query
from workers.retrieve.rank import rank
from workers.retrieve.recency import recency
from workers.retrieve.segment import FileRow
from workers.retrieve.semantic import Near
from workers.retrieve.snapshot_index import SnapshotIndex, rows_of

QUESTIONS = (
    "Where is a customer charged?",
    "remove_item",
    "Which tests charge a customer?",
    "what does shop/cart.py do",
    "refund money of a receipt",
)
OTHERS = (*SHOP.values(), "def zebra_crossing():\n    return refund\n", "")
sources = st.dictionaries(
    st.sampled_from(["shop/cart.py", "shop/pay.py", "tests/test_pay.py", "docs/pay.md", "b.py"]),
    st.sampled_from(OTHERS),
    max_size=5,
)


def overlaid(before: dict[str, str], after: dict[str, str]) -> SnapshotIndex:
    """The index of `after`, made from that of `before` and what differs."""
    everything = parsed(
        {
            f"{side}:{path}": text
            for side, all_ in (("a", before), ("b", after))
            for path, text in all_.items()
        }
    )
    ids = {(path, blob.text): blob_id for path, blob_id, blob in everything}
    blobs = {
        side: [(path, ids[f"{side}:{path}", blob.text], blob) for path, _, blob in parsed(all_)]
        for side, all_ in (("a", before), ("b", after))
    }
    changed = [each for each in blobs["b"] if before.get(each[0]) != after[each[0]]]
    return SnapshotIndex.from_blobs(blobs["a"]).overlay(
        before.keys() - after.keys(),
        [FileRow(path, blob_id, blob.language) for path, blob_id, blob in changed],
        [
            row
            for blob_id, blob in {b: c for _, b, c in changed}.items()
            for row in rows_of(blob_id, blob)
        ],
    )


def results(index: SnapshotIndex, question: str) -> list[tuple[str, int, float]]:
    near = [Near(row.blob_id, row.ordinal, 0.5) for row in index.rows[:0]]
    return [
        (
            index.files[index.file[each.chunk]].path,
            index.rows[each.chunk].start_line,
            pytest.approx(each.score, abs=1e-4),
        )
        for each in rank(index, query.parse(question), near, recency(index, {}))
    ]


@settings(deadline=None, max_examples=60)
@given(sources, sources)
def test_an_overlay_is_searched_like_a_full_index(
    before: dict[str, str], after: dict[str, str]
) -> None:
    over, full = overlaid(before, after), index_of(after)
    assert over.chunk_count == full.chunk_count
    for question in QUESTIONS:
        assert sorted(results(over, question), key=str) == sorted(results(full, question), key=str)


def test_a_content_at_two_paths_is_found_at_both() -> None:
    index = index_of({"a.py": SHOP["shop/cart.py"], "b.py": SHOP["shop/cart.py"]})
    row = index.rows[1]
    chunks = index.chunks_of(row.blob_id, row.ordinal)
    assert {index.files[index.file[chunk]].path for chunk in chunks} == {"a.py", "b.py"}


def test_chunks_of_removed_paths_are_nowhere() -> None:
    base = index_of(SHOP)
    index = base.overlay(["shop/cart.py"], [], [])
    gone = [n for n in range(len(base.rows)) if base.files[base.file[n]].path == "shop/cart.py"]
    assert not index.alive[gone].any()
    assert all(not index.chunks_of(base.rows[n].blob_id, base.rows[n].ordinal) for n in gone)


def test_an_empty_snapshot_has_no_results() -> None:
    assert results(index_of({}), "anything") == []
    assert results(index_of({"empty.py": ""}), "anything") == []


def test_recency_is_neutral_where_history_says_nothing() -> None:
    index = index_of(SHOP)
    assert np.all(recency(index, {}) == np.float32(0.5))


def test_a_file_that_an_overlay_strikes_out_takes_no_rank_of_recency() -> None:
    changed = {path: datetime(2026, 1, 1 + n, tzinfo=UTC) for n, path in enumerate(SHOP)}
    gone = list(SHOP)[1]
    over = index_of(SHOP).overlay([gone], [], [])
    full = index_of({path: text for path, text in SHOP.items() if path != gone})
    ranks = dict(zip(over.paths, recency(over, changed).tolist(), strict=True))
    del ranks[gone]
    assert ranks == dict(zip(full.paths, recency(full, changed).tolist(), strict=True))
