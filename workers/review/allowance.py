"""What a review may spend on a model: reserved before it begins, settled when it is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from core.db.repositories import Repository
from workers.engine.charge import charge, reserve
from workers.review.bench import Bench
from workers.review.suspect import LIMITS
from workers.thoughts.base import Limits
from workers.thoughts.tools import Tools

_TOKENS = "model_tokens"


@dataclass(frozen=True, slots=True)
class Allowed:
    """`reason` says why no model is asked where there is one; `tools` have none then."""

    tools: Tools
    reason: str = ""


@asynccontextmanager
async def allowed(
    bench: Bench, repository: Repository, code: Path, *, wanted: bool
) -> AsyncIterator[Allowed]:
    """Tools over a commit's files, with a model where it is `wanted` and the budget allows it."""
    endpoint = bench.endpoint if bench.endpoint and bench.endpoint.chat_model else None
    plain = Tools(code, LIMITS, bench.sandbox)
    if endpoint is None or not wanted:
        yield Allowed(plain)
        return
    async with bench.tenant(repository) as connection:
        amounts = {_TOKENS: float(LIMITS.model_tokens)}
        taken, reason = await reserve(connection, repository, amounts, datetime.now(UTC))
    tokens = int(taken.get(_TOKENS, 0))
    if not tokens:
        yield Allowed(plain, reason or "The budget of model tokens is none.")
        return
    tools = replace(plain, limits=_limits(tokens), model=endpoint)
    try:
        yield Allowed(tools)
    finally:
        async with bench.tenant(repository) as connection:
            spent = {_TOKENS: float(tools.model_tokens - tokens)}
            await charge(connection, repository, spent, datetime.now(UTC))


def _limits(tokens: int) -> Limits:
    return replace(LIMITS, model_tokens=tokens)
