"""The tantivy baseline's index, measured in the baselines' environment: Ponder's is not there.

python -m benchmarks.index.tantivy WORK CORPUS
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.retrieval.baselines import Corpus, Tantivy


def main() -> None:
    corpus = Corpus(Path(sys.argv[1]) / "corpora" / sys.argv[2])
    began, cpu = time.monotonic(), time.process_time()
    pieces = corpus.symbols
    chunked = time.monotonic() - began
    Tantivy(pieces)
    ended = time.monotonic()
    spent = {"chunks": chunked, "build": ended - began - chunked}
    print(json.dumps({**spent, "cpu": time.process_time() - cpu, "count": len(pieces)}))


if __name__ == "__main__":
    main()
