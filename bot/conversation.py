"""Somebody spoke to Ponder: a reaction at once, and a reply."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot import replies, standing
from bot.commands import WORDS, Command
from bot.decision import Reply, Unsay
from core.db import (
    answers,
    conversations,
    feedback,
    files,
    ignored_pulls,
    installations,
    intents,
    learning,
    repo_configs,
    review_findings,
    snapshots,
    switches,
    work,
    workers,
    writers,
)
from core.db.answers import Answer
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.review_findings import ReviewFinding
from core.db.work import Work
from core.errors import Skip
from core.repo_config import MISNAMED


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said, and what is at hand to reply with."""

    connection: Connection
    said: Reply
    repository: Repository
    slug: str
    public_url: str

    async def reply(self) -> list[Work]:
        """Raise Skip if this comment was heard before, through whichever delivery. One that was
        edited is heard again, and what it says now is done so far as it was not."""
        await self._listen()
        if await self._asks_too_much():
            return await self._limit()
        key = f"reaction:{self.said.kind}:{self.said.comment_id}"
        queued = await self._intend(key, "reaction", {"content": "eyes"})
        if not queued and not self.said.edited:
            raise Skip("the comment was heard before")
        queued += [*await self._questions(), *await self._orders(), *await self._say()]
        if not queued:
            raise Skip("the edited comment asks nothing new")
        return queued

    async def _listen(self) -> None:
        """What names nobody is for us in a thread that we began."""
        root = self.said.review.root_id if self.said.review else 0
        if not self.said.addressed and not await intents.began_thread(
            self.connection, self.repository.id, root
        ):
            raise Skip("the comment does not speak to Ponder")

    async def _asks_too_much(self) -> bool:
        if not _QUESTIONS & {command.name for command in self.said.commands}:
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

    async def _questions(self) -> list[Work]:
        """The nth question of a comment has one answer: edited, it is asked anew, and the reply
        that is there says the new answer."""
        said = self.said
        known = await answers.of_comment(
            self.connection, self.repository.id, said.kind, said.comment_id
        )
        queued = []
        asks = [c for c in said.commands if c.name in _QUESTIONS]
        finding = await self._finding() if asks else None
        for place, command in enumerate(asks):
            before = known.get(place)
            question = self._question(command, finding)
            if before is None or before.target.get("asked", before.question) != question:
                about = finding if replies.points_at(command) else None
                queued.append(await self._ask(command, question, place, before, about))
        return queued

    def _question(self, command: Command, finding: ReviewFinding | None) -> str:
        if command.name == "ask":
            return command.text + self._about(finding)
        if command.text:
            return f"Explain {command.text}{self._about(finding)}"
        return replies.to_explain(finding, in_pull=self.said.ref != "") + self._about()

    async def _finding(self) -> ReviewFinding | None:
        """What the thread is about, where we began it."""
        review, number = self.said.review, self.repository.id
        if review is None:
            return None
        return await review_findings.of_comment(self.connection, number, review.root_id)

    async def _ask(
        self,
        command: Command,
        question: str,
        place: int,
        before: Answer | None,
        about: ReviewFinding | None,
    ) -> Work:
        target = self._target() | {"place": place, "asked": question}
        if about is not None:
            target["finding"] = about.fingerprint
        if command.name == "explain" and not command.text and self.said.review is None:
            target["explains"] = self.said.ref  # which is looked up once its commits are here
        if before is not None:
            await answers.withdraw(self.connection, before.id)
            target["said_as"] = before.target.get("said_as", str(before.id))
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
            question=question,
            ref=self.said.ref,
            target=target,
        )
        return await self._work("answer", {"answer_id": str(answer.id)})

    async def _orders(self) -> list[Work]:
        """What a worker does: who may is asked of GitHub then. Each is heard once of a comment."""
        said = self.said
        heard = await work.orders(self.connection, self.repository.id, said.kind, said.comment_id)
        new = [
            [c.name, c.text]
            for c in said.commands
            if WORDS[c.name].needs_write and [c.name, c.text] not in heard
        ]
        if not new:
            return []
        subject = {
            "repository_id": self.repository.id,
            "commands": new,
            "ref": said.ref,
            "target": self._target(),
        }
        return [await self._work("command", subject)]

    async def _say(self) -> list[Work]:
        """What needs no thinking is one comment, however much of it was asked for."""
        texts = [await _TEXTS[c.name](self) for c in self.said.commands if c.name in _TEXTS]
        key = f"reply:{self.said.kind}:{self.said.comment_id}"
        return await self._reply(key, "\n\n---\n\n".join(texts)) if texts else []

    async def _help(self) -> str:
        return replies.help_text(self.slug)

    async def _why(self) -> str:
        last = await answers.last_in_thread(self.connection, self.repository.id, self.said.thread)
        return replies.why(last, self.public_url)

    async def _config(self) -> str:
        parsed = await repo_configs.parsed(self.connection, self.repository)
        learned = await learning.get(self.connection, self.repository.id)
        return standing.config(parsed, learned, misnamed=await self._is_misnamed())

    async def _is_misnamed(self) -> bool:
        """Whether the configuration has a name under which nobody reads it."""
        snapshot_id = self.repository.snapshot_id
        found = await files.at(self.connection, snapshot_id, MISNAMED) if snapshot_id else None
        return found is not None

    async def _status(self) -> str:
        connection, repository = self.connection, self.repository
        snapshot_id = repository.snapshot_id
        now = standing.Standing(
            repository,
            await snapshots.get(connection, snapshot_id) if snapshot_id else None,
            await installations.get(connection, repository.installation_id),
            await repo_configs.parsed(connection, repository),
            await learning.get(connection, repository.id),
            off=await workers.off(connection),
            failed=await intents.failed(connection, repository.id),
            waits=await writers.waits(connection, repository.installation_id),
            acceptance=await feedback.acceptance(connection, repository.id),
            ignored=await ignored_pulls.has(connection, repository.id, self.said.number),
            killed=await switches.is_on(connection, switches.KILL),
        )
        return standing.status(now)

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

    def _about(self, finding: ReviewFinding | None = None) -> str:
        """What "this" is, when it is said beside lines of a diff."""
        review = self.said.review
        if review is None:
            return ""
        line = f", line {review.line}" if review.line else ""
        said = f", where you said: {finding.message}" if finding else "."
        return f"\n\n(About `{review.path}`{line}{said})"

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
        if self.said.node_id:
            target["node_id"] = self.said.node_id
        if review is None:
            return target
        return target | {"root_id": review.root_id, "path": review.path, "commit": review.commit}


_QUESTIONS = frozenset({"ask", "explain"})
_TEXTS: Mapping[str, Callable[[Conversation], Awaitable[str]]] = {
    "help": Conversation._help,
    "status": Conversation._status,
    "config": Conversation._config,
    "why": Conversation._why,
}


async def unsay(connection: Connection, repository: Repository, said: Unsay) -> None:
    """Take back what a deleted comment asked for, so far as it is not done. What was replied stays:
    others may have read it. Raise Skip where nothing is left to take back."""
    place = (repository.id, said.kind, said.comment_id)
    asked = await answers.of_comment(connection, *place)
    waiting = [each for each in asked.values() if each.state == "pending"]
    for each in waiting:
        await answers.withdraw(connection, each.id)
    dropped = await work.drop_orders(connection, *place)
    comment = f"{said.kind}:{said.comment_id}"
    keys = [f"reaction:{comment}", f"reply:{comment}", f"commands:{comment}"]
    keys += [f"answer:{each.id}" for each in asked.values()]
    unwritten = await intents.withdraw(connection, *keys)
    if not (waiting or dropped or unwritten):
        raise Skip("nothing is left to do of what the deleted comment asked")
