"""One preparation: what is wanted, whether it is there, and if not, its making."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from core.settings import Registries
from workers.dependencies import gate, relay
from workers.dependencies.base import MADE, Wanted
from workers.dependencies.cache import Cache
from workers.dependencies.kinds import KINDS
from workers.dependencies.registries import doors, folder
from workers.sandbox import CODE, Given, Limits, Result, Sandbox, Workspace

_LIMITS = Limits(
    wall_seconds=300,
    cpu_seconds=240,
    memory_mib=2048,
    processes=256,
    file_mib=1024,
    disk_mib=4096,
    output_kib=256,
)
_INSIDE = "/gate/socket"
_ENVIRONMENT = {
    "TMPDIR": f"{CODE}/unpacked",
    "UV_CONCURRENT_DOWNLOADS": "8",
    "NODE_EXTRA_CA_CERTS": "/etc/ssl/certs/ca-certificates.crt",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """`given` is what workspaces are opened with; `notes` say what was made, and what could not be
    and why."""

    given: Given
    notes: tuple[str, ...] = ()


async def prepare(
    sandbox: Sandbox, code: Path, cache: Path, registries: Registries, *, allowed: bool
) -> Prepared:
    """Of the code in a folder. Nothing where the repository's settings do not allow it."""
    mounts: dict[str, Path] = {}
    environment: dict[str, str] = {}
    notes: list[str] = []
    for name, kind in KINDS.items() if allowed else ():
        wanted = await asyncio.to_thread(kind.wanted, code, registries, sandbox.toolchain)
        if wanted is None:
            continue
        made, note = await _made(sandbox, Cache(cache), registries, name, wanted)
        notes.append(note)
        if made is not None:
            mounts[wanted.target] = made
            environment |= wanted.environment
    return Prepared(Given(mounts, environment), tuple(notes))


async def _made(
    sandbox: Sandbox, cache: Cache, registries: Registries, name: str, wanted: Wanted
) -> tuple[Path | None, str]:
    key = f"{name}-{_digest(wanted)}"
    if found := cache.found(key):
        return found, f"{name}: the packages were there"
    if why := cache.failure(key):
        return None, why
    async with sandbox.workspace(None) as workspace:
        for path, content in {**wanted.files, "relay.py": _relay(), "unpacked/.keep": ""}.items():
            workspace.write(path, content)
        ran, refused = await _installed(workspace, registries, wanted)
        if not ran.ok:
            why = f"{name}: the packages could not be installed: {_why(ran)}{_closed(refused)}"
            cache.failed(key, why)
            return None, why
        room = cache.new()
        await asyncio.to_thread(workspace.take, _folder(wanted), room)
    return await asyncio.to_thread(cache.keep, key, room), f"{name}: the packages were fetched"


async def _installed(
    workspace: Workspace, registries: Registries, wanted: Wanted
) -> tuple[Result, set[str]]:
    """And the hosts that were asked for in vain."""
    async with _way_out(registries, wanted) as (mounts, refused):
        for attempt in wanted.attempts:
            ran = await workspace.run(
                ["python", "relay.py", _INSIDE, *attempt],
                limits=_LIMITS,
                environment=_ENVIRONMENT,
                mounts=mounts,
            )
            if ran.ok:
                break
    return ran, refused


@asynccontextmanager
async def _way_out(
    registries: Registries, wanted: Wanted
) -> AsyncIterator[tuple[dict[str, Path], set[str]]]:
    """A gate to the registry, or the folder that it is."""
    if local := folder(wanted.registry):
        yield {str(local): local}, set()
        return
    with TemporaryDirectory(prefix="ponder-gate-") as above:
        socket = Path(above) / "socket"
        async with gate.opened(socket, doors(registries, wanted.registry)) as opened:
            yield {_INSIDE: socket}, opened.refused


def _folder(wanted: Wanted) -> str:
    """Node's packages lie one folder deeper than what says which they are."""
    inner = wanted.target.rpartition("/")[2]
    return f"{MADE}/{inner}" if inner == "node_modules" else MADE


def _digest(wanted: Wanted) -> str:
    said = [wanted.registry, sorted(wanted.files.items()), wanted.attempts, wanted.target]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _relay() -> str:
    return Path(relay.__file__).read_text()


def _why(ran: Result) -> str:
    lines = [line.strip() for line in (ran.stderr or ran.stdout).splitlines() if line.strip()]
    return " ".join(lines)[-1000:] if ran.status == "exited" else ran.status


def _closed(refused: set[str]) -> str:
    """What the operator may want to list, in PONDER_REGISTRY_HOSTS."""
    return f" (hosts that are not listed: {', '.join(sorted(refused)[:5])})" if refused else ""
