"""tantivy over the same chunks, asked the same questions. Runs in an environment of its own.

python -m benchmarks.query.tantivy_alone CHUNKS.jsonl QUESTIONS.jsonl    prints a JSON object
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

FIELDS = {"path": 1.0, "symbol": 2.0, "body": 1.0}
WANTED = 50


def main() -> None:
    chunks, asked = map(Path, sys.argv[1:3])
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name="en_stem")
    builder.add_unsigned_field("id", stored=True)
    with TemporaryDirectory() as folder:
        index = tantivy.Index(builder.build(), path=folder)
        built = _filled(index, chunks)
        seconds = sorted(_asked(index, asked))
    count = len(seconds)
    shown = {"p50": seconds[count // 2] * 1000, "p95": seconds[int(count * 0.95)] * 1000}
    print(json.dumps({"n": count, "build_seconds": built, **shown}))


def _filled(index: tantivy.Index, chunks: Path) -> float:
    began = time.monotonic()
    writer = index.writer(heap_size=200_000_000, num_threads=1)
    with chunks.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            writer.add_document(tantivy.Document(id=number, **json.loads(line)))
    writer.commit()
    writer.wait_merging_threads()
    return time.monotonic() - began


def _asked(index: tantivy.Index, asked: Path) -> list[float]:
    index.reload()
    searcher = index.searcher()
    seconds = []
    for line in asked.read_text(encoding="utf-8").splitlines():
        words = " ".join(re.findall(r"\w+", json.loads(line)))
        began = time.monotonic()
        question = index.parse_query(words, list(FIELDS), field_boosts=FIELDS)
        for _, address in searcher.search(question, WANTED).hits:
            _ = searcher.doc(address)["id"]
        seconds.append(time.monotonic() - began)
    return seconds


if __name__ == "__main__":
    main()
