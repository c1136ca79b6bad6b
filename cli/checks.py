"""What `ponder doctor` looks at. Each check says what it found, what a problem turns off, and how
to mend it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import Skip, TryLater, UserError
from core.settings import Settings

if TYPE_CHECKING:
    from core.queue import Queue
    from workers.model import Endpoint

OK, OFF, BROKEN = "ok", "off", "broken"
GIT = (2, 32)
GIGABYTE = 1_000_000_000
ANALYSERS = ("ruff", "mypy", "semgrep", "pytest", "coverage")


@dataclass(frozen=True, slots=True)
class Check:
    """`state` is ok, off (something optional does not work) or broken (nothing does)."""

    name: str
    state: str
    found: str
    turns_off: str = ""
    mend: str = ""


def git() -> Check:
    """Credentials reach git through variables that older ones do not read."""
    said = _run(["git", "--version"])
    version = tuple(int(part) for part in re.findall(r"\d+", said or "")[:2])
    if version >= GIT:
        return Check("git", OK, said or "")
    needed = ".".join(map(str, GIT))
    return Check(
        "git", BROKEN, said or "not found", "indexing",
        f"install git {needed} or newer, for example with 'apt install git'",
    )  # fmt: skip


def disk(data_dir: Path) -> Check:
    existing = next(path for path in (data_dir, *data_dir.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    found = f"{free / GIGABYTE:,.1f} GB free at {data_dir}"
    mend = "make room, or set PONDER_DATA_DIR to another disk"
    if free < GIGABYTE / 10:
        return Check("disk", BROKEN, found, "everything that writes", mend)
    if free < 2 * GIGABYTE:
        return Check("disk", OFF, found, "the index of large repositories", mend)
    return Check("disk", OK, found)


async def sandbox(data_dir: Path) -> Check:
    """Really run something: the check is the one that workers make when they start."""
    from workers.sandbox import Trouble, examine

    opened = await examine(data_dir / "scratch")
    if isinstance(opened, Trouble):
        turns_off = "everything that runs a repository's code: tests, fuzzing, reproducers"
        return Check("sandbox", OFF, opened.found, turns_off, opened.mend)
    return Check("sandbox", OK, _run(["bwrap", "--version"]) or "bubblewrap")


def toolchain() -> Check:
    from workers.sandbox import installed

    found = installed()
    missing = [name for name in ANALYSERS if found is None or not found.has(name)]
    if not missing:
        return Check("analysers", OK, ", ".join(ANALYSERS))
    return Check(
        "analysers", OFF, f"not installed: {', '.join(missing)}", "findings of analysers",
        "run 'make toolchain'",
    )  # fmt: skip


def clang() -> Check:
    from workers.fuzzers.native.compiler import compiler

    if (found := compiler()) is not None:
        return Check("clang", OK, found.c[0])
    return Check(
        "clang", OFF, "none with libFuzzer", "fuzzing of C and C++",
        "install clang and its runtime, on Debian with 'apt-get install clang libclang-rt-dev'",
    )  # fmt: skip


def kill_switch(settings: Settings) -> Check:
    if not settings.kill_switch:
        return Check("kill switch", OK, "off")
    return Check(
        "kill switch", OFF, "on", "all work, calls of models and writing to GitHub",
        "unset PONDER_KILL_SWITCH",
    )  # fmt: skip


async def database(settings: Settings) -> list[Check]:
    from core.db.migrate import PGVECTOR, examine, version

    needed = ".".join(map(str, PGVECTOR))
    try:
        examined = await examine(settings.database_url)
    except UserError as error:
        return [Check("PostgreSQL", BROKEN, str(error), "everything")]
    checks = [Check("PostgreSQL", OK, examined.server)]
    if version(examined.pgvector) >= PGVECTOR:
        checks.append(Check("pgvector", OK, examined.pgvector))
    else:
        mend = f"install pgvector {needed} or newer; 'ponder migrate' names the command"
        found = examined.pgvector or "not installed"
        checks.append(Check("pgvector", BROKEN, found, "everything", mend))
    if not examined.pending:
        return [*checks, Check("migrations", OK, "all applied")]
    found = f"not applied: {', '.join(examined.pending)}"
    return [*checks, Check("migrations", BROKEN, found, "everything", "run 'ponder migrate'")]


async def redis(settings: Settings) -> list[Check]:
    from core.queue import open_queue

    try:
        async with open_queue(settings.redis_url) as queue:
            server, policy = await queue.server()
            return [_memory(server, policy), await _workers(queue)]
    except UserError as error:
        return [Check("Redis", BROKEN, str(error), "everything")]


def _memory(server: str, policy: str) -> Check:
    if policy in ("noeviction", ""):
        return Check("Redis", OK, server)
    return Check(
        "Redis", OFF, f"{server}, which drops keys when its memory is full ({policy})",
        "nothing for good: jobs that it drops start half a minute late",
        "set maxmemory-policy to noeviction",
    )  # fmt: skip


async def _workers(queue: Queue) -> Check:
    missing = [name for name, runs in (await queue.workers() or {}).items() if not runs]
    if not missing:
        return Check("workers", OK, "one or more for each queue")
    return Check(
        "workers", OFF, f"none for {', '.join(missing)}",
        "the browser's and GitHub's doors; the commands of the terminal work",
        "run 'ponder up', or 'ponder worker'",
    )  # fmt: skip


async def model(settings: Settings) -> list[Check]:
    """Really ask the endpoint: a key that was revoked looks like any other."""
    from core.db.connect import open_database
    from workers.model import open_endpoint

    named = settings.model
    async with (
        open_database(settings.database_url) as opened,
        open_endpoint(named, opened) as endpoint,
    ):
        return [
            await _chat(endpoint) if endpoint and named.chat else _no_model(),
            await _embeddings(endpoint, named.local_embedding),
        ]


def _no_model() -> Check:
    return Check(
        "model", OFF, "none is set", "answers in a model's words; they are put together from the "
        "code instead",
        "set PONDER_CHAT_MODEL with OPENAI_API_KEY or OPENAI_BASE_URL",
    )  # fmt: skip


async def _chat(endpoint: Endpoint) -> Check:
    from workers.model import Budget

    name = f"chat model {endpoint.chat_model}"
    try:
        able = await endpoint.capabilities()
        budget = Budget(seconds=30, tokens=5_000, reply_tokens=500)
        await endpoint.chat([{"role": "user", "content": "Say: ready"}], budget=budget)
    except (UserError, TryLater) as error:
        return Check(name, OFF, str(error), "answers in a model's words", _MODEL)
    tools = "tools" if able.tools else "no tools"
    return Check(name, OK, f"answers at {endpoint.base_url}, {tools}")


async def _embeddings(endpoint: Endpoint | None, local: str) -> Check:
    """Which provider makes the vectors of search by meaning."""
    if local:
        return await _local_embeddings(local)
    if endpoint is None or not endpoint.embedding_model:
        return Check("embeddings", OK, "learned from each repository, without a model")
    name = endpoint.embedding_model
    try:
        (vector,) = await endpoint.embed(["ready"])
    except (UserError, TryLater) as error:
        return Check("embeddings", OFF, f"{name}: {error}", "search by its meanings", _MODEL)
    return Check("embeddings", OK, f"{name} at {endpoint.base_url}, {len(vector)} dimensions")


async def _local_embeddings(source: str) -> Check:
    from workers.embeddings.local import LocalModel

    try:
        local = await LocalModel(source).loaded()
    except UserError as error:
        what, _, mend = str(error).rpartition(": ")
        return Check(
            "embeddings", OFF, what,
            "search by its meanings; vectors learned from each repository serve instead",
            mend.removesuffix("."),
        )  # fmt: skip
    return Check("embeddings", OK, f"{local.name} on this machine, {local.dimensions} dimensions")


_MODEL = "check OPENAI_BASE_URL, OPENAI_API_KEY and the model's name"


async def github(settings: Settings) -> list[Check]:
    from core.github import open_github
    from core.github.installations import READ, TALK

    if settings.github is None:
        missing = ", ".join(settings.github_missing)
        return [Check("GitHub", OFF, f"not set: {missing}", "the GitHub door and signing in",
                      "run 'ponder up' and open /setup/github there, or create the App from "
                      "app.yml and set these variables")]  # fmt: skip
    try:
        async with open_github(settings) as opened:
            assert opened is not None
            app = await opened.app()
    except (UserError, TryLater, Skip) as error:
        return [Check("GitHub", OFF, str(error), "the GitHub door and signing in", _GITHUB)]
    lacking = _lacking(app.permissions, READ | TALK)
    if lacking:
        found = f"the App {app.slug} lacks {', '.join(lacking)}"
        mend = "grant them in the App's settings, and accept them where it is installed"
        return [Check("GitHub", OFF, found, "what needs these permissions", mend)]
    return [Check("GitHub", OK, f"the App {app.slug} at {settings.github_api_url}")]


_GITHUB = "check the GITHUB_ variables against the App's settings"


def _lacking(granted: dict[str, str], needed: dict[str, str]) -> list[str]:
    ranks = ("", "read", "write", "admin")
    return [
        f"{name}: {level}"
        for name, level in needed.items()
        if ranks.index(granted.get(name, "")) < ranks.index(level)
    ]


def _run(command: Sequence[str]) -> str | None:
    """The first line that a program says; None where it fails or is missing."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=20, check=True, env=dict(os.environ)
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip().partition("\n")[0]
