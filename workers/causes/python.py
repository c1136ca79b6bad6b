"""Python: calls that one failing test complains about are answered as it asks, and it is seen
whether another one passes then; and places that both are to blame on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from workers.causes.base import Explained, Shown
from workers.causes.places import one_place
from workers.runners import python as runner
from workers.runners.base import Suite, Wanted
from workers.sandbox import CODE, Limits, Workspace

__all__ = ["explained"]

_FOLDER = ".ponder"
_INSIDE = Path(__file__).parent / "inside"
_RESULTS = f"{_FOLDER}/causes.jsonl"
_MOST_BYTES = 1024 * 1024
_NAME = "test_ponder_cause_{}.py"
_ANSWERS_SECONDS = 40.0


async def explained(
    workspace: Workspace,
    suite: Suite,
    shown: Sequence[Shown],
    seconds: float,
    log: Callable[[str], None],
) -> list[Explained]:
    names = [_NAME.format(at) for at in range(len(shown))]
    for name, each in zip(names, shown, strict=True):
        workspace.write(name, each.text)
    found = list(_told(await _answered(workspace, names, log), names))
    found += await _together(workspace, suite, shown, names, seconds)
    for name in names:
        workspace.write(name, "")
    return found


async def _answered(
    workspace: Workspace, names: Sequence[str], log: Callable[[str], None]
) -> bytes:
    for source in sorted(_INSIDE.glob("*.py")):
        workspace.write(f"{_FOLDER}/ponder_causes/{source.name}", source.read_bytes())
    workspace.write(_RESULTS, b"")
    argv = [workspace.toolchain.python, "-m", "pytest", "-q", "--tb=no", "--assert=plain"]
    argv += ["-p", "no:cacheprovider", "-p", "no:randomly", "-p", "ponder_causes.answers"]
    ran = await workspace.run(
        [*argv, "-o", "addopts=", "--timeout=10", *names],
        limits=Limits(wall_seconds=_ANSWERS_SECONDS, cpu_seconds=_ANSWERS_SECONDS, memory_mib=2048),
        environment={"PYTHONPATH": f"{CODE}/{_FOLDER}", "TZ": "UTC"},
    )
    if not ran.ok:
        log(f"causes: {ran.status} {ran.exit_code} {(ran.stdout + ran.stderr)[-1500:]}")
    return workspace.read(_RESULTS, most=_MOST_BYTES) or b""


def _told(raw: bytes, names: Sequence[str]) -> Iterator[Explained]:
    """What was written in the sandbox is hostile: whatever has another shape is left out."""
    for line in raw.splitlines()[:1_000]:
        try:
            told: dict[str, Any] = json.loads(line)
            cause, other = names.index(told["cause"]), names.index(told["of"])
            calls = "; ".join(f"`{str(each)[:160]}`" for each in told["calls"][:3])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        yield Explained(cause, other, f"it passes where these come to what they should: {calls}")


async def _together(
    workspace: Workspace, suite: Suite, shown: Sequence[Shown], names: Sequence[str], seconds: float
) -> list[Explained]:
    """The reproducers and the repository's own tests in one traced run."""
    with_them = replace(suite, targets=(*(suite.targets or (".",)), *names))
    ran = await runner.run(workspace, with_them, Wanted(seconds, trace=True))
    if not ran.whole:
        return []
    failed = [
        {at for at, t in enumerate(ran.tests) if t.verdict == "failed" and t.path == name}
        for name in names
    ]
    own = {at for at, t in enumerate(ran.tests) if t.verdict == "failed" and t.path not in names}
    return [
        Explained(cause, other, "it runs the lines in question")
        for cause in range(len(names))
        for other in range(len(names))
        if cause != other
        and shown[cause].tests
        and not shown[other].tests
        and failed[cause]
        and failed[other]
        and one_place(ran, shown[cause], failed[cause], failed[other], own)
    ]
