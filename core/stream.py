"""What a job says while it works, from any worker to any door, over Redis streams.

An event is a JSON object with a "type". A stream ends with a "done" or "error" event and expires
an hour later. Redis may lose it: a door that hears nothing reads the answer's row instead.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

from arq.connections import ArqRedis
from redis.exceptions import RedisError

Event = dict[str, Any]
LAST = frozenset({"done", "error"})
_TTL_SECONDS = 3600


def _key(topic: str) -> str:
    return f"ponder:stream:{topic}"


async def publish(redis: ArqRedis, topic: str, event: Event) -> None:
    """Append an event. A lost event costs a little liveliness, never the answer."""
    await publish_all(redis, [(topic, event)])


async def publish_all(redis: ArqRedis, events: Sequence[tuple[str, Event]]) -> None:
    """Append events, each to its topic, in one exchange with the server."""
    try:
        async with redis.pipeline(transaction=False) as pipeline:
            for topic, event in events:
                pipeline.xadd(_key(topic), {"event": json.dumps(event)}, maxlen=10_000)
            for topic in dict(events):
                pipeline.expire(_key(topic), _TTL_SECONDS)
            await pipeline.execute()
    except (RedisError, OSError):
        return


async def subscribe(
    redis: ArqRedis, topic: str, *, after: str = "0", idle_seconds: float = 5.0
) -> AsyncIterator[tuple[str, Event]]:
    """Yield (id, event) from the one after `after` on, to the last.

    Where nothing comes for `idle_seconds`, yields ("", {"type": "idle"}), so that the caller can
    look at the row. An unreachable Redis reads like silence that ends: the iterator stops.
    """
    last = after
    while True:
        try:
            read = await redis.xread({_key(topic): last}, count=500, block=int(idle_seconds * 1000))
        except (RedisError, OSError):
            return
        if not read:
            yield "", {"type": "idle"}
            continue
        for raw_id, fields in read[0][1]:
            last = raw_id.decode()
            event: Event = json.loads(fields[b"event"])
            yield last, event
            if event["type"] in LAST:
                return


async def forget(redis: ArqRedis, topic: str) -> None:
    """For what nobody will read again. A lost wish costs some memory until it expires."""
    with suppress(RedisError, OSError):
        await redis.delete(_key(topic))
