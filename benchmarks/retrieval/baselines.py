"""Baseline systems. Run in an environment of their own (requirements.txt), as

    python -m benchmarks.retrieval.baselines WORK [corpus …]

Reads WORK/corpora, writes WORK/runs/<system>/<corpus>.jsonl.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.retrieval.corpora import queries_of
from benchmarks.retrieval.files import is_doc, is_test
from benchmarks.retrieval.symbols import chunks

KEPT = 50
FUSED = 200
REWEIGHED = 300
K = 60
TEST_PRIOR, DOC_PRIOR = 0.6, 0.7  # set by hand once, never tuned
WINDOW = 50
STOP_WORDS = frozenset(
    "a an the of to in on for and or is are be by with that this it its as at from if when which "
    "what where how does do did i we you not no can into was were has have had will would should "
    "than then there their they them use used using".split()
)
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*|[0-9]+")
_PART = re.compile(r"[A-Z]{2,}(?=s(?![a-z]))|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

Ranking = list[tuple[int, float]]
"""Numbers of pieces with their scores, best first."""


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@cache
def _identifier_tokens(identifier: str) -> tuple[str, ...]:
    parts = [_stemmer().stemWord(part.lower()) for part in _PART.findall(identifier)]
    parts = [part for part in parts if len(part) > 1 and part not in STOP_WORDS]
    if len(parts) > 1 and len(identifier) < 60:
        parts.append(identifier.lower().strip("_$"))
    return tuple(parts)


def tokens(text: str) -> list[str]:
    """Parts of identifiers, stemmed, and identifiers whole; without stop words."""
    return [token for name in _IDENTIFIER.findall(text) for token in _identifier_tokens(name)]


@dataclass(frozen=True)
class Piece:
    path: str
    start: int
    end: int
    symbol: str
    text: str


class Corpus:
    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        listed = (folder / "files.txt").read_text(encoding="utf-8").splitlines()
        self.texts = {path: (folder / "tree" / path).read_bytes().decode() for path in listed}

    @cached_property
    def symbols(self) -> list[Piece]:
        return [
            Piece(path, start, end, symbol, "\n".join(lines[start - 1 : end]))
            for path, text in self._texts()
            for lines in [text.split("\n")]
            for start, end, symbol in chunks(path, text)
        ]

    @cached_property
    def windows(self) -> list[Piece]:
        return [
            Piece(path, at + 1, min(len(lines), at + WINDOW), "", body)
            for path, text in self._texts()
            for lines in [text.split("\n")]
            for at in range(0, len(lines), WINDOW)
            for body in ["\n".join(lines[at : at + WINDOW])]
            if body.strip()
        ]

    def _texts(self) -> Iterator[tuple[str, str]]:
        # With universal newlines, as the baselines always read them.
        for path, text in self.texts.items():
            yield path, text.replace("\r\n", "\n").replace("\r", "\n")


def prior(pieces: Sequence[Piece]) -> np.ndarray:
    return np.array(
        [
            TEST_PRIOR if is_test(piece.path) else DOC_PRIOR if is_doc(piece.path) else 1.0
            for piece in pieces
        ],
        dtype=np.float32,
    )


def top(scores: np.ndarray, count: int) -> Ranking:
    count = min(count, len(scores))
    if not count:
        return []
    best = np.argpartition(-scores, count - 1)[:count]
    best = best[np.argsort(-scores[best], kind="stable")]
    return [(int(number), float(scores[number])) for number in best if scores[number] > 0]


class Bm25:
    """BM25 (Lucene's, k1 1.2, b 0.75) over the tokens of path, symbol and text; `boost` times path
    and symbol."""

    def __init__(self, pieces: list[Piece], boost: int, *, demote: bool = False) -> None:
        import bm25s

        self.pieces = pieces
        documents = [tokens(f"{p.path} {p.symbol} " * boost + p.text) for p in pieces]
        self.vocabulary: dict[str, int] = {}
        known = self.vocabulary
        ids = [[known.setdefault(token, len(known)) for token in each] for each in documents]
        self.engine = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        self.engine.index((ids, known), show_progress=False)
        self.factor = prior(pieces) if demote else np.ones(len(pieces), dtype=np.float32)

    def ranked(self, query: str, count: int) -> Ranking:
        known = [self.vocabulary[token] for token in tokens(query) if token in self.vocabulary]
        if not known:
            return []
        scores = self.engine.get_scores_from_ids(np.array(known, dtype=np.int32))
        return top(scores * self.factor, count)


class Tantivy:
    """Symbol chunks in three fields: path 1.5, symbol 2, body 1."""

    fields = (("path", 1.5), ("symbol", 2.0), ("body", 1.0))

    def __init__(self, pieces: list[Piece]) -> None:
        import tantivy

        self.tantivy, self.pieces = tantivy, pieces
        builder = tantivy.SchemaBuilder()
        for name, _ in self.fields:
            builder.add_text_field(name, stored=False, tokenizer_name="whitespace")
        builder.add_unsigned_field("id", stored=True)
        self.folder = TemporaryDirectory()
        self.index = tantivy.Index(builder.build(), path=self.folder.name)
        writer = self.index.writer(heap_size=200_000_000, num_threads=1)
        for number, piece in enumerate(pieces):
            texts = {"path": piece.path, "symbol": piece.symbol, "body": piece.text}
            words = {name: " ".join(tokens(text)) for name, text in texts.items()}
            writer.add_document(tantivy.Document(id=number, **words))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def ranked(self, query: str, count: int) -> Ranking:
        words = dict.fromkeys(tokens(query))
        if not words:
            return []
        kind, should = self.tantivy.Query, self.tantivy.Occur.Should
        parts = [
            (should, kind.boost_query(kind.term_query(self.index.schema, field, word), boost))
            for word in words
            for field, boost in self.fields
        ]
        hits = self.searcher.search(kind.boolean_query(parts), count).hits
        return [(self.searcher.doc(address)["id"][0], score) for score, address in hits]


class Lsa:
    """TF-IDF and a truncated SVD of 256 dimensions over symbol chunks."""

    def __init__(self, pieces: list[Piece]) -> None:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.preprocessing import normalize

        self.pieces = pieces
        self.words = TfidfVectorizer(
            analyzer=tokens, sublinear_tf=True, min_df=2, max_df=0.4, dtype=np.float32
        )
        counted = self.words.fit_transform([f"{p.path} {p.symbol} {p.text}" for p in pieces])
        dimensions = min(256, counted.shape[1] - 1, counted.shape[0] - 1)
        self.svd = TruncatedSVD(dimensions, n_iter=2, random_state=0)
        self.vectors = normalize(self.svd.fit_transform(counted)).astype(np.float32)

    def ranked(self, query: str, count: int) -> Ranking:
        vector = self.svd.transform(self.words.transform([query]))[0]
        unit = (vector / (np.linalg.norm(vector) + 1e-9)).astype(np.float32)
        return top(self.vectors @ unit, count)


class Demoted:
    """Another's best, with tests and documents weighed down."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.pieces, self.factor = inner, inner.pieces, prior(inner.pieces)

    def ranked(self, query: str, count: int) -> Ranking:
        found = self.inner.ranked(query, REWEIGHED)
        weighed = ((number, score * float(self.factor[number])) for number, score in found)
        return sorted(weighed, key=lambda each: -each[1])[:count]


class Fused:
    """Reciprocal rank fusion of others' best."""

    def __init__(self, *parts: Any) -> None:
        self.parts, self.pieces, self.factor = parts, parts[0].pieces, prior(parts[0].pieces)

    def ranked(self, query: str, count: int) -> Ranking:
        sums: dict[int, float] = {}
        for part in self.parts:
            for rank, (number, _) in enumerate(part.ranked(query, FUSED)):
                sums[number] = sums.get(number, 0.0) + 1 / (K + rank + 1)
        best = sorted(sums.items(), key=lambda each: (-each[1], each[0]))[:count]
        weighed = ((number, score * float(self.factor[number])) for number, score in best)
        return sorted(weighed, key=lambda each: -each[1])


Built = Callable[[str], Any]

SYSTEMS: dict[str, Callable[[Corpus, Built], Any]] = {
    "bm25-win50": lambda corpus, built: Bm25(corpus.windows, 1),
    "bm25-win50+prior": lambda corpus, built: Bm25(corpus.windows, 1, demote=True),
    "bm25-sym": lambda corpus, built: Bm25(corpus.symbols, 1),
    "bm25-sym-boost": lambda corpus, built: Bm25(corpus.symbols, 3),
    "bm25-sym-boost+prior": lambda corpus, built: Bm25(corpus.symbols, 3, demote=True),
    "tantivy": lambda corpus, built: Tantivy(corpus.symbols),
    "tantivy+prior": lambda corpus, built: Demoted(built("tantivy")),
    "lsa": lambda corpus, built: Lsa(corpus.symbols),
    "rrf-lsa+prior": lambda corpus, built: Fused(built("bm25-sym-boost"), built("lsa")),
    "rrf-tantivy-lsa+prior": lambda corpus, built: Fused(built("tantivy"), built("lsa")),
}
PARTS = {
    "tantivy+prior": ("tantivy",),
    "rrf-lsa+prior": ("bm25-sym-boost", "lsa"),
    "rrf-tantivy-lsa+prior": ("tantivy", "lsa"),
}


def run(work: Path, name: str) -> None:
    corpus = Corpus(work / "corpora" / name)
    began = time.perf_counter()
    _ = corpus.symbols
    chunking = time.perf_counter() - began
    systems: dict[str, Any] = {}
    seconds: dict[str, float] = {}
    for system, build in SYSTEMS.items():
        began = time.perf_counter()
        systems[system] = build(corpus, systems.__getitem__)
        seconds[system] = time.perf_counter() - began
        parts = [system, *PARTS.get(system, ())]
        total = sum(seconds[part] for part in parts) + (0 if "win50" in system else chunking)
        _write(work / "runs" / system / f"{name}.jsonl", systems[system], name, total)
        print(f"{name} {system} {total:.1f} s", file=sys.stderr, flush=True)


def _write(target: Path, system: Any, corpus: str, seconds: float) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    system.ranked("warm up", KEPT)
    lines: list[dict[str, Any]] = [{"meta": {"corpus": corpus, "index_seconds": round(seconds, 2)}}]
    for query in queries_of(corpus):
        began = time.perf_counter()
        found = system.ranked(query["query"], KEPT)
        milliseconds = round((time.perf_counter() - began) * 1000, 2)
        results = [_result(system.pieces[number], score) for number, score in found]
        lines.append({"qid": query["qid"], "ms": milliseconds, "results": results})
    target.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def _result(piece: Piece, score: float) -> dict[str, Any]:
    return {
        "path": piece.path,
        "start": piece.start,
        "end": piece.end,
        "score": round(score, 5),
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for each in sys.argv[2:] or sorted(path.name for path in (folder / "corpora").iterdir()):
        run(folder, each)
