"""Find out, with three small requests, what a chat endpoint can do."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from workers.model.shapes import Budget, Capabilities, Reply, Schema


class Refused(Exception):
    """The endpoint does not take a request of this form; says why, in its own words."""


Once = Callable[[dict[str, Any], Budget, None], Awaitable[Reply]]
Models = Callable[[], Awaitable[list[dict[str, Any]]]]

_ASK = [
    {"role": "user", "content": 'Reply with this JSON object and nothing else: {"ready": true}'}
]
_SCHEMA = Schema(
    "ready",
    {
        "type": "object",
        "properties": {"ready": {"type": "boolean"}},
        "required": ["ready"],
        "additionalProperties": False,
    },
)
_TOOL = {
    "type": "function",
    "function": {
        "name": "report_ready",
        "description": "Call this now.",
        "parameters": {"type": "object", "properties": {}, "required": []},
    },
}
_CONTEXT = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")


async def probe(once: Once, models: Models) -> Capabilities:
    """Raise TryLater or UserError where the endpoint cannot be asked at all."""
    able = await _formats(once, Capabilities(tools=False))
    able = replace(able, tools=True)
    able = replace(able, tools=await _calls_tools(once, able))
    return replace(able, context=_context(await models()))


async def _formats(once: Once, able: Capabilities) -> Capabilities:
    """Step down the ladder until a rung both is accepted and does what it promises."""
    while True:
        request = able.request(_ASK, schema=_SCHEMA, tools=(), budget=_budget())
        try:
            reply = await once(request, _budget(), None)
        except Refused as refused:
            lower = able.without(request, str(refused))
            if lower is None:
                raise
            able = lower
            continue
        kind = request.get("response_format", {}).get("type")
        if kind is None or _is_ready(reply.content):
            return able
        able = (
            replace(able, json_schema=False)
            if kind == "json_schema"
            else replace(able, json_object=False)
        )


async def _calls_tools(once: Once, able: Capabilities) -> bool:
    ask = [{"role": "user", "content": "Call the tool report_ready."}]
    request = able.request(ask, schema=None, tools=[_TOOL], budget=_budget())
    try:
        reply = await once(request, _budget(), None)
    except Refused:
        return False
    return any(call.name == "report_ready" for call in reply.calls)


def _budget() -> Budget:
    """Enough for a model that thinks before it speaks."""
    return Budget(seconds=30, tokens=4_000, reply_tokens=1_000)


def _is_ready(content: str) -> bool:
    try:
        parsed = json.loads(content)
    except ValueError:
        return False
    return isinstance(parsed, dict) and parsed.get("ready") is True


def _context(models: list[dict[str, Any]]) -> int:
    """The smallest that is told: a server with one model tells its own."""
    told = [
        size
        for model in models
        for name in _CONTEXT
        for size in (model.get(name), (model.get("meta") or {}).get(name))
        if isinstance(size, int) and size > 0
    ]
    return min(told, default=0)
