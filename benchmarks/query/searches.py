"""Searches with conditions, through HTTP, at a Ponder that runs: each kind by itself.

python -m benchmarks.query.searches http://127.0.0.1:8000 REPO_ID    prints a Markdown table

What is searched for is taken from the repository itself: names, folders and lines of what its own
answers to questions show. The first search of each kind is left out of the figures, and told beside
them: it may have to load what the others find loaded.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import aiohttp

from benchmarks.query.stage import percentiles, questions, table

SEEDS = 12


async def measured(url: str, repo_id: int) -> list[tuple[str, float, dict[str, float]]]:
    """Of each kind: the first search in milliseconds, and the others."""
    timeout = aiohttp.ClientTimeout(total=120)
    async with aiohttp.ClientSession(url, timeout=timeout) as session:
        seeds = await _seeds(session, repo_id)
        rows = []
        for kind, searches in _kinds(seeds).items():
            first, *others = [await _seconds(session, repo_id, each) for each in searches]
            rows.append((kind, first * 1000, percentiles(others)))
    return rows


async def _found(session: aiohttp.ClientSession, repo_id: int, search: str) -> dict[str, Any]:
    parameters = {"repo_id": repo_id, "q": search, "limit": 20}
    async with session.get("/search", params=parameters) as response:
        response.raise_for_status()
        found: dict[str, Any] = await response.json()
    return found


async def _seconds(session: aiohttp.ClientSession, repo_id: int, search: str) -> float:
    began = time.monotonic()
    await _found(session, repo_id, search)
    return time.monotonic() - began


async def _seeds(session: aiohttp.ClientSession, repo_id: int) -> list[dict[str, Any]]:
    """Definitions that questions find."""
    seeds: dict[str, dict[str, Any]] = {}
    for question in questions(10 * SEEDS):
        for place in (await _found(session, repo_id, question))["results"]:
            name = place["symbol"].rpartition(".")[2]
            if name.isidentifier() and len(name) > 5:
                seeds.setdefault(name, {**place, "name": name})
        if len(seeds) >= SEEDS:
            break
    return list(seeds.values())[:SEEDS]


def _kinds(seeds: list[dict[str, Any]]) -> dict[str, list[str]]:
    names = [seed["name"] for seed in seeds]
    folders = [seed["path"].rpartition("/")[0] + "/" for seed in seeds]
    return {
        "words": questions(SEEDS),
        "words in a folder": [
            f"{question} path:{folder}"
            for question, folder in zip(questions(SEEDS), folders, strict=False)
        ],
        "symbol": [f"symbol:{name}" for name in names],
        "symbol, its beginning": [f"symbol:{name[:4]}*" for name in names],
        "phrase with a whole word": [f'" {name}("' for name in names],
        "phrase, part of a word": [f'"{name[1:-1]}"' for name in names],
        "expression with a word": [rf"/\b{name}\b\s*\(/" for name in names],
        "expression without one": [rf"/\w+{name[-4:]}\w*\(/" for name in names],
        "what is nowhere": [f'"{name[::-1]}xq"' for name in names],
    }


def main() -> None:
    rows = asyncio.run(measured(sys.argv[1], int(sys.argv[2])))
    heads = ("search", "n", "p50 ms", "p95 ms", "first ms")
    print(table(heads, [(kind, f["n"], f["p50"], f["p95"], first) for kind, first, f in rows]))


if __name__ == "__main__":
    main()
