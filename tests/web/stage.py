"""A small indexed repository, and a stand-in for the workers that answers about it."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from core import stream
from core.db import answers, citations, files, repositories, retrieval_logs, snapshots, work
from core.db.answers import Answer, Finished
from core.db.blobs import compress
from core.db.citations import Citation
from core.db.connect import Connection, Database
from core.db.files import File
from core.db.repositories import LOCAL, Repository
from core.db.retrieval_logs import Retrieved
from core.queue import QUEUES, Queue, queue_name

COMMIT = "3f9c2ab1d7e04c5f8a6b1e2d3c4b5a6978877665"
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "web"
RETRY, JOBS = "letterbox/retry.py", "letterbox/queue.py"

ANSWER = """\
A failed delivery is tried again with **exponential backoff and full jitter** [1]: the longest wait
doubles with each attempt, starting at half a second, and is capped at `LONGEST_WAIT`, one minute
[2]. The actual wait is drawn at random below it, so that clients which failed together do not come
back together.

Only connection errors are worth another attempt [3]. After the last one, `deliver` raises `GaveUp`,
and `Queue.flush` collects the letter instead of losing it [4].

```python
policy = Policy(attempts=8, first_wait=0.2)
Queue(Path("letters.jsonl"), policy).flush(send)
```
"""
CITED = ((RETRY, 24, 30), (RETRY, 10, 11), (RETRY, 38, 46), (JOBS, 30, 40))


async def connect(
    database: Database, *, name: str = "letterbox", installation_id: int = LOCAL, github_id: int = 0
) -> Repository:
    """A repository without an index."""
    async with database.tenant(installation_id) as connection:
        if installation_id == LOCAL:
            return await repositories.connect_local(
                connection, name=name, source=f"/home/me/{name}"
            )
        return await repositories.connect_github(
            connection,
            installation_id=installation_id,
            github_id=github_id,
            name=name,
            source=f"https://github.com/{name}",
            private=True,
        )


async def indexed(database: Database, repository: Repository) -> Repository:
    """The repository, with both fixture files at COMMIT."""
    async with database.tenant(repository.installation_id) as connection:
        snapshot_id = await snapshots.add(
            connection,
            installation_id=repository.installation_id,
            repository_id=repository.id,
            ref="main",
            commit_sha=COMMIT,
            base=None,
            rules="test",
            committed_at=datetime.now(UTC),
        )
        rows = [await _file(connection, repository, path) for path in (RETRY, JOBS)]
        rows.append(File("logo.png", None, "0" * 40, None, "binary"))
        await files.add(
            connection,
            installation_id=repository.installation_id,
            snapshot_id=snapshot_id,
            files=rows,
        )
        await repositories.set_default_branch(connection, repository.id, "main")
        await repositories.set_snapshot(connection, repository.id, snapshot_id)
    return replace(repository, snapshot_id=snapshot_id, default_branch="main")


async def _file(connection: Connection, repository: Repository, path: str) -> File:
    text = (FIXTURES / path).read_text()
    sha = hashlib.sha1(text.encode()).hexdigest()
    cursor = await connection.execute(
        "INSERT INTO blobs (installation_id, repository_id, sha, language, rules, lines, size, "
        "text) VALUES (%s, %s, %s, 'python', 'test', %s, %s, %s) RETURNING id",
        (
            repository.installation_id,
            repository.id,
            sha,
            text.count("\n"),
            len(text),
            compress(text),
        ),
    )
    row = await cursor.fetchone()
    assert row is not None
    return File(path, None, sha, row[0], None)


@dataclass
class Worker:
    """Claims answers that are queued and settles them as it was told to.

    `before_the_end` holds it back just before the row is settled, so that a test can look at the
    stream; `silent` says nothing over Redis.
    """

    database: Database
    queue: Queue
    text: str = ANSWER
    cited: tuple[tuple[str, int, int], ...] = CITED
    fails: str = ""
    silent: bool = False
    model: str = ""
    notice: str = ""
    stale: str = ""
    before_the_end: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Worker:
        self.before_the_end.set()
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            async with self.database.system() as connection:
                due = [row for row in await work.due(connection) if row.kind == "answer"]
            for row in due:
                async with self.database.system() as connection:
                    claimed = await work.claim(connection, row.id)
                if claimed:
                    await self._answer(UUID(claimed.subject["answer_id"]), claimed.id)
            await asyncio.sleep(0.02)

    async def _answer(self, answer_id: UUID, work_id: int) -> None:
        async with self.database.system() as connection:
            answer = await answers.get(connection, answer_id)
        assert answer is not None
        await self._say(answer_id, {"type": "status", "text": "Reading letterbox/retry.py"})
        for word in self.text.split(" "):
            await self._say(answer_id, {"type": "text", "text": f"{word} "})
        await self.before_the_end.wait()
        async with self.database.tenant(answer.installation_id) as connection:
            await (self._fail if self.fails else self._finish)(connection, answer)
            await work.finish(connection, work_id)
        last = {"type": "error", "message": self.fails} if self.fails else {"type": "done"}
        await self._say(answer_id, {**last, "answer_id": str(answer_id)})

    async def _say(self, answer_id: UUID, event: dict[str, Any]) -> None:
        if not self.silent:
            await stream.publish(self.queue.redis, str(answer_id), event)

    async def _fail(self, connection: Connection, answer: Answer) -> None:
        await answers.fail(connection, answer.id, self.fails)

    async def _finish(self, connection: Connection, answer: Answer) -> None:
        repository = await repositories.get(connection, answer.repository_id)
        assert repository is not None
        assert repository.snapshot_id is not None
        cited = [
            Citation(
                ordinal=number,
                path=path,
                start_line=start,
                end_line=end,
                commit_sha=COMMIT,
                blob_id=await snapshots.blob_at(connection, repository.snapshot_id, path),
                text_hash="",
                url=f"https://ponder.test/{path}#L{start}-L{end}",
            )
            for number, (path, start, end) in enumerate(self.cited, 1)
        ]
        await citations.add(connection, answer.installation_id, answer.id, cited)
        await retrieval_logs.add(connection, answer.installation_id, answer.id, RETRIEVED)
        await answers.finish(connection, answer.id, self._finished(repository.snapshot_id))
        await connection.execute(
            "UPDATE answers SET stale = %s WHERE id = %s", (self.stale, answer.id)
        )

    def _finished(self, snapshot_id: int) -> Finished:
        return Finished(
            snapshot_id=snapshot_id,
            commit_sha=COMMIT,
            text=self.text,
            refused=not self.cited,
            notice=self.notice,
            model=self.model,
            policy_version="fusion-1",
            propensity=1.0,
            prompt_hash=hashlib.sha256(b"prompt").hexdigest() if self.model else "",
            prompt_tokens=3120 if self.model else 0,
            completion_tokens=214 if self.model else 0,
            cost_usd=0.0042 if self.model else 0.0,
            checks_passed=len(self.cited),
            checks_failed=0,
            seconds=1.4,
        )


def _found(rank: int, place: tuple[str, int, int], symbol: str, score: float) -> Retrieved:
    features = {
        "lexical": 14 * score,
        "symbol": round(score, 2),
        "path": 1.0,
        "semantic": score / 2,
    }
    return Retrieved(rank, *place, symbol, score, features)


RETRIEVED = (
    _found(1, (RETRY, 24, 30), "Policy.wait", 0.083),
    _found(2, (RETRY, 33, 47), "deliver", 0.079),
    _found(3, (JOBS, 30, 40), "Queue.flush", 0.064),
    _found(4, (RETRY, 14, 16), "GaveUp", 0.051),
    _found(5, (JOBS, 18, 23), "Queue.put", 0.022),
)


async def announce_workers(queue: Queue, *queues: str) -> None:
    """As arq does every few seconds."""
    for name in queues or QUEUES:
        await queue.redis.set(f"{queue_name(name)}:health-check", "alive", ex=60)


async def ask_directly(database: Database, repository: Repository, question: str) -> Answer:
    """A pending answer that no worker was told of."""
    from core.db import conversations

    async with database.tenant(repository.installation_id) as connection:
        conversation = await conversations.start(
            connection, installation_id=repository.installation_id, repository_id=repository.id
        )
        return await answers.create(
            connection,
            installation_id=repository.installation_id,
            repository_id=repository.id,
            conversation_id=conversation.id,
            door="browser",
            question=question,
        )
