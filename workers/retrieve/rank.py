"""One search over a loaded index: pure, so that it is measured as it is used."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from workers.retrieve import fuse, graph, lexical, places, rerank, semantic, symbolic
from workers.retrieve.features import Signals
from workers.retrieve.policy import HAND_SET, Policy
from workers.retrieve.query import Question
from workers.retrieve.rerank import Ranked
from workers.retrieve.segment import Floats
from workers.retrieve.semantic import Near
from workers.retrieve.snapshot_index import Bools, SnapshotIndex

SEEDS = 20
FILE_SHARE = 0.4


def rank(
    index: SnapshotIndex,
    question: Question,
    nearest: Sequence[Near],
    recency_of_file: Floats,
    *,
    cited_files: Collection[str] = (),
    policy: Policy = HAND_SET,
    within: Bools | None = None,
) -> list[Ranked]:
    """All chunks that any list brings up, best first; of those `within`, a mask over the chunks."""
    if not index.chunk_count:
        return []
    signals = signals_of(index, question, nearest, recency_of_file, cited_files)
    fused = signals.fused if within is None else signals.fused * within
    candidates = fused.nonzero()[0]
    return rerank.rerank(index, signals, candidates, policy)


def signals_of(
    index: SnapshotIndex,
    question: Question,
    nearest: Sequence[Near],
    recency_of_file: Floats,
    cited_files: Collection[str],
) -> Signals:
    found = lexical.search(index, question.weights, question.own)
    similar = semantic.spread(index, nearest)
    anchored = symbolic.anchors(index, question)
    prior = places.prior(index, question)
    in_files = found.files[index.file] * (found.chunks > 0)
    words = fuse.scaled((found.chunks + FILE_SHARE * in_files) * prior)
    meaning = fuse.scaled(similar.similarity * similar.listed * prior)
    together = words + meaning
    hopped = graph.hop(index, fuse.ranked(together, SEEDS), together)
    lists = [words, meaning, anchored, places.spelled_out(index, question), hopped * prior]
    return Signals(
        question=question,
        lexical=found,
        semantic=similar.similarity,
        anchors=anchored,
        graph=hopped,
        fused=fuse.reciprocal_ranks(lists),
        recency_of_file=recency_of_file,
        cited_files=cited_files,
    )
