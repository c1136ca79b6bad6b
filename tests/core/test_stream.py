"""Events reach whoever listens, from the first on or from where he left off."""

import asyncio

from core import stream
from core.queue import Queue


async def collect(queue: Queue, topic: str, after: str = "0") -> list[tuple[str, stream.Event]]:
    return [
        (number, event)
        async for number, event in stream.subscribe(
            queue.redis, topic, after=after, idle_seconds=0.05
        )
        if event["type"] != "idle"
    ]


async def test_a_late_listener_hears_everything_up_to_the_end(queue: Queue) -> None:
    for event in ({"type": "text", "text": "a"}, {"type": "done"}, {"type": "text", "text": "b"}):
        await stream.publish(queue.redis, "topic", event)

    heard = [event for _, event in await collect(queue, "topic")]

    assert heard == [{"type": "text", "text": "a"}, {"type": "done"}]


async def test_a_listener_goes_on_where_he_left_off(queue: Queue) -> None:
    for event in ({"type": "text", "text": "a"}, {"type": "text", "text": "b"}, {"type": "done"}):
        await stream.publish(queue.redis, "topic", event)
    first, _ = (await collect(queue, "topic"))[0]

    heard = [event for _, event in await collect(queue, "topic", after=first)]

    assert heard == [{"type": "text", "text": "b"}, {"type": "done"}]


async def test_events_arrive_while_the_job_still_speaks(queue: Queue) -> None:
    listening = asyncio.create_task(collect(queue, "topic"))
    await stream.publish(queue.redis, "topic", {"type": "status", "text": "Reading"})
    await stream.publish(queue.redis, "topic", {"type": "done"})

    assert [event["type"] for _, event in await listening] == ["status", "done"]
