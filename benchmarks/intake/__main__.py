"""Intake: how many signed deliveries a second are stored before they are answered, and how soon.

python -m benchmarks.intake [--work FOLDER] [--rounds N] [--seconds N] [--connections N]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp

from benchmarks.engine import cpu
from benchmarks.query.stage import Stage, environment, fresh, staged, table, until
from tests.github_stand_in.server import StandIn

ROOT = Path(__file__).parent.parent.parent
TENANTS = 20
EVENTS = (
    ("push", None),
    ("pull_request", "synchronize"),
    ("issue_comment", "created"),
    ("check_run", "completed"),
    ("check_suite", "completed"),
    ("workflow_run", "completed"),
    ("workflow_job", "completed"),
    ("status", None),
)
"""What a busy account sends, each as often: some leads to rows, and some to nothing."""


@dataclass
class Servers:
    stage: Stage
    stand_in: StandIn
    work: Path

    @asynccontextmanager
    async def serving(self, which: str) -> AsyncIterator[tuple[int, subprocess.Popen[bytes]]]:
        port = _free_port()
        ponder = ["-m", "cli.main", "bot", "--port", str(port)]
        bare = ["-m", "benchmarks.intake.bare", str(port), self.stand_in.webhooks.secret]
        process = subprocess.Popen(
            [sys.executable, *(ponder if which == "ponder" else bare)],
            env=environment(self.stage.settings)
            | self.stand_in.environment
            | {"PYTHONPATH": os.getcwd()},
            stdout=subprocess.DEVNULL,
            stderr=(self.work / f"{which}.log").open("ab"),
        )
        try:
            await until(lambda: _answers(port), 60, 0.1)
            yield port, process
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait)

    async def round(self, which: str, asked: argparse.Namespace, rate: float = 0) -> dict[str, Any]:
        async with self.serving(which) as (port, process):
            await self._load(port, 1.0, asked.connections, rate)  # what is made once is made
            before, server = cpu.seconds(process.pid), cpu.of_postgresql(self.stage)
            found = await self._load(port, asked.seconds, asked.connections, rate)
            spent = cpu.seconds(process.pid) - before
            stored = cpu.of_postgresql(self.stage) - server
        each = 1000 / found["answered"]
        ms = {"server": spent * each, "database": stored * each, "load": found["cpu"] * each}
        return found | {"ms": ms}

    async def _load(self, port: int, seconds: float, connections: int, rate: float) -> Any:
        given = (port, self.work / "payloads.json", seconds, connections, rate)
        loading = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.intake.load", *map(str, given)),
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await loading.communicate()
        return json.loads(told)


def _payloads(stand_in: StandIn) -> list[bytes]:
    """Whole requests, with a slot for the GUID."""
    requests = []
    for number in range(TENANTS):
        installation = stand_in.world.installation(f"account-{number}")
        repository = stand_in.world.repository(installation, "code")
        for event, action in EVENTS:
            payload = stand_in.webhooks.of(repository, event, action)
            if event == "push":
                payload |= {"ref": "refs/heads/main", "deleted": False}
            body = json.dumps(payload).encode()
            headers = stand_in.webhooks.headers(event, body, "%s") | {
                "Host": "localhost",
                "Content-Length": str(len(body)),
            }
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
            escaped = body.replace(b"%", b"%%")
            requests.append(b"POST /webhooks/github HTTP/1.1\r\n" + head + b"\r\n" + escaped)
    return requests


async def _measured(asked: argparse.Namespace) -> None:
    async with staged(fresh(asked.work / "stores")) as stage, StandIn().serve() as stand_in:
        requests = _payloads(stand_in)
        (asked.work / "payloads.json").write_text(json.dumps([r.hex() for r in requests]))
        servers = Servers(stage, stand_in, asked.work)
        found: dict[str, list[dict[str, Any]]] = {"bare": [], "ponder": []}
        for _ in range(asked.rounds):
            for which, rounds in found.items():
                rounds.append(await servers.round(which, asked))
        best = {which: median(r["rate"] for r in rounds) for which, rounds in found.items()}
        half = await servers.round("ponder", asked, best["ponder"] / 2)
        ((stored,),) = await stage.fetch("SELECT count(*) FROM deliveries")
    answered = sum(r["answered"] for r in found["ponder"]) + half["answered"]
    wrong = sum(r["wrong"] for rounds in found.values() for r in rounds) + half["wrong"]
    size = sum(map(len, requests)) / len(requests)
    print(f"mean size {size / 1024:.1f} KiB; load {os.getloadavg()[0]:.0f}\n")
    print(table(_HEADS, [_row(which, rounds, best) for which, rounds in found.items()]))
    rate = best["ponder"] / 2
    print(f"\nat {rate:,.0f} a second: p50 {half['p50']:.1f} ms, p99 {half['p99']:.1f} ms")
    print(f"answered otherwise than 202: {wrong}; stored {stored:,} of {answered:,} and a warm-up")


_HEADS = ("door", "a second", "of bare", "ms of a processor: door + PostgreSQL + load")


def _row(which: str, rounds: list[dict[str, Any]], best: dict[str, float]) -> list[object]:
    ms = [median(r["ms"][part] for r in rounds) for part in ("server", "database", "load")]
    spent = " + ".join(f"{value:.2f}" for value in ms)
    return [which, best[which], f"{best[which] / best['bare']:.2f}", spent]


async def _answers(port: int) -> bool:
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"http://127.0.0.1:{port}/webhooks/github") as response,
        ):
            return response.status in {401, 400}
    except aiohttp.ClientError:
        return False


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port


def main() -> None:
    parser = argparse.ArgumentParser(description="How many are stored a second, and how soon.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "intake")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--connections", type=int, default=64)
    asked = parser.parse_args()
    asked.work = asked.work.absolute()
    asked.work.mkdir(parents=True, exist_ok=True)
    asyncio.run(_measured(asked))


if __name__ == "__main__":
    main()
