"""Somebody spoke to Ponder: a reaction at once, and a reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot import replies
from bot.commands import WORDS, Command
from bot.decision import Reply
from core.db import answers, conversations, installations, intents, snapshots, work, workers
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said, and what is at hand to reply with."""

    connection: Connection
    said: Reply
    repository: Repository
    slug: str
    public_url: str

    async def reply(self) -> list[Work]:
        """Raise Skip if this comment was heard before, through whichever delivery."""
        if await self._asks_too_much():
            return await self._limit()
        key = f"reaction:{self.said.kind}:{self.said.comment_id}"
        queued = await self._intend(key, "reaction", {"content": "eyes"})
        if not queued:
            raise Skip("the comment was heard before")
        known = []
        for command in self.said.commands:
            if command.name == "ask":
                queued.append(await self._ask(command))
            else:
                known.append(await self._text(command))
        return queued + (await self._say(known) if known else [])

    async def _asks_too_much(self) -> bool:
        if all(command.name != "ask" for command in self.said.commands):
            return False
        asked = await answers.asked_on_github(
            self.connection, self.repository.id, self.said.sender_id
        )
        return asked >= replies.QUESTIONS_PER_HOUR

    async def _limit(self) -> list[Work]:
        """Say so once an hour; then be silent."""
        key = f"limited:{self.repository.id}:{self.said.sender_id}:{datetime.now(UTC):%Y-%m-%dT%H}"
        queued = await self._reply(key, replies.limited())
        if not queued:
            raise Skip("the sender was told that the limit is reached")
        return queued

    async def _ask(self, command: Command) -> Work:
        conversation = await conversations.start(
            self.connection,
            installation_id=self.repository.installation_id,
            repository_id=self.repository.id,
            thread=self.said.thread,
        )
        answer = await answers.create(
            self.connection,
            installation_id=self.repository.installation_id,
            repository_id=self.repository.id,
            conversation_id=conversation.id,
            door="github",
            question=command.text + self._about(),
            ref=self.said.ref,
            target=self._target(),
        )
        return await self._work("answer", {"answer_id": str(answer.id)})

    async def _text(self, command: Command) -> str:
        if not WORDS[command.name].available:
            return replies.not_available(command.name)
        if command.name == "why":
            last = await answers.last_in_thread(
                self.connection, self.repository.id, self.said.thread
            )
            return replies.why(last, self.public_url)
        return await self._status() if command.name == "status" else replies.help_text(self.slug)

    async def _status(self) -> str:
        snapshot_id = self.repository.snapshot_id
        snapshot = await snapshots.get(self.connection, snapshot_id) if snapshot_id else None
        installation = await installations.get(self.connection, self.repository.installation_id)
        off = await workers.off(self.connection)
        return replies.status(self.repository, snapshot, installation, off)

    async def _say(self, texts: list[str]) -> list[Work]:
        """What needs no thinking is one comment, however much of it was asked for."""
        key = f"reply:{self.said.kind}:{self.said.comment_id}"
        return await self._reply(key, "\n\n---\n\n".join(texts))

    async def _reply(self, key: str, body: str) -> list[Work]:
        kind = "reply" if self.said.review else "comment"
        return await self._intend(key, kind, {"body": body})

    async def _intend(self, key: str, kind: str, content: dict[str, Any]) -> list[Work]:
        """Empty if there was such an intent before."""
        return await intents.intend(
            self.connection,
            self.repository,
            key=key,
            kind=kind,
            target=self._target(),
            content=content,
            urgent=True,
        )

    async def _work(self, kind: str, subject: dict[str, Any]) -> Work:
        return await work.add(
            self.connection,
            installation_id=self.repository.installation_id,
            kind=kind,
            queue="interactive",
            subject=subject,
        )

    def _about(self) -> str:
        """What "this" is, when it is said beside lines of a diff."""
        review = self.said.review
        if review is None:
            return ""
        return f"\n\n(About `{review.path}`{f', line {review.line}' if review.line else ''}.)"

    def _target(self) -> dict[str, Any]:
        """Where on GitHub. The repository's name is looked up when it is written: it may change."""
        review = self.said.review
        target = {
            "kind": self.said.kind,
            "number": self.said.number,
            "pull": self.said.ref != "",
            "comment_id": self.said.comment_id,
            "sender": self.said.sender,
            "sender_id": self.said.sender_id,
        }
        if review is None:
            return target
        return target | {"root_id": review.root_id, "path": review.path, "commit": review.commit}
