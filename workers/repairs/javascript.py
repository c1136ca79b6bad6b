"""JavaScript: edits of its syntax, tried by its runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workers.repairs.base import Draft, Edit, Tried
from workers.repairs.braced import scripts
from workers.repairs.braced.edits import Dialect
from workers.repairs.braced.edits import edits as of_dialect
from workers.repairs.in_turn import in_turn
from workers.runners import javascript as runner
from workers.runners.base import Suite
from workers.sandbox import Workspace

__all__ = ["edits", "tried"]

DIALECT = Dialect("javascript", scripts.FUNCTIONS, scripts.parameters, scripts.OPERATORS)


def edits(raw: bytes, lines: Mapping[int, float]) -> list[Edit]:
    """Edits at suspected lines; what seems best comes first."""
    return of_dialect(DIALECT, raw, lines)


async def tried(
    workspace: Workspace,
    suite: Suite,
    tests: Sequence[str],
    drafts: Sequence[Draft],
    *,
    enough: int,
    seconds: float,
) -> Tried:
    """Drafts in their order, until tests pass with `enough` of them."""
    return await in_turn(
        runner, workspace, replace(suite, targets=()), tests, drafts, enough=enough, seconds=seconds
    )
