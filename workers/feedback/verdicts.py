"""Verdicts: what somebody said in a thread of ours, after an answer, or by resolving a thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from core.db import answers, feedback, findings, insights, intents, review_findings, shown
from core.db.connect import Connection, Database
from core.db.feedback import Voice
from core.db.repositories import Repository
from core.db.shown import Shown
from core.db.work import Work
from core.errors import Skip
from core.github import GitHub
from workers import git
from workers.engine.charge import charge
from workers.feedback.opinion import TOKENS, opinion
from workers.feedback.reactions import PERMISSIONS, may_write
from workers.feedback.settled import has_changed
from workers.feedback.votes import is_bot
from workers.installation import git_credentials
from workers.model import Endpoint

Closed = Literal["dismissed", "false_positive"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """`state` is what becomes of a finding, '' nothing; `note` is kept as what was said."""

    vote: int
    note: str
    state: Closed | Literal["", "open"] = ""


MEANINGS: dict[str, Meaning] = {
    "false_positive": Meaning(-1, "not a bug", "false_positive"),
    "dismissed": Meaning(-1, "won't fix", "dismissed"),
    "useless": Meaning(-1, "not useful"),
    "accepted": Meaning(1, "accepted"),
    "resolved": Meaning(-1, "resolved unchanged", "dismissed"),
    "fixed": Meaning(1, "resolved after a change"),
    "unresolved": Meaning(0, "opened again", "open"),
    "withdrawn": Meaning(0, "taken back", "open"),
}
"""`resolved` becomes `fixed` where the code changed meanwhile."""

_UNCLEAR = "unclear"
"""Words that a model may understand: what they say is kept to learn from, and settles nothing."""


@dataclass(frozen=True, slots=True)
class Judging:
    """What is at hand. `said` is the subject of the work: see bot.decision.Judge."""

    github: GitHub
    database: Database
    mirrors: Path
    repository: Repository
    said: dict[str, Any]
    endpoint: Endpoint | None = None

    async def judge(self) -> list[Work]:
        """Keep what was said; return the work of showing that it was heard. Raise Skip where the
        thread is not ours, or nothing follows, and TryLater."""
        comment = await (self._comment() if self.said["root_id"] else self._answer())
        read = self.said["verdict"] == _UNCLEAR
        meaning = MEANINGS[await self._verdict(comment)]
        trusted = await may_write(self.github, self.repository, self.said["sender"])
        by_reply = self.said["comment_id"] is not None
        voice = Voice(
            self.said["sender"],
            self.said["sender_id"],
            meaning.vote,
            "reply" if by_reply else "thread",
            note=f"{meaning.note}, as a model read it" if read else meaning.note,
            may_write=trusted and not read,
        )
        async with self.database.tenant(self.repository.installation_id) as connection:
            if meaning.vote == 0:
                await self._take_back(connection, comment, voice)
            else:
                await feedback.hear(connection, comment, voice)
            if not voice.may_write or not comment.fingerprint or not meaning.state:
                return []
            await self._settle(connection, comment, meaning)
            return await self._receipt(connection) if by_reply and meaning.vote else []

    async def _take_back(self, connection: Connection, comment: Shown, voice: Voice) -> None:
        """One's own reply; and the thread that somebody resolved, whoever opens it again and may.
        Raise Skip where nobody had said anything that way."""
        known = await feedback.known(connection, comment, voice.source)
        anybodys = voice.source == "thread" and voice.may_write
        still = [actor for actor in known if actor != voice.actor and not anybodys]
        if not await feedback.take_back(connection, comment, voice.source, still=still):
            raise Skip("there is nothing to take back")

    async def _comment(self) -> Shown:
        installation_id = self.repository.installation_id
        async with self.database.tenant(installation_id) as connection:
            await shown.gather(connection, installation_id)
            root_id = self.said["root_id"]
            found = await shown.of_thread(connection, self.repository.id, root_id)
        if found is None:
            raise Skip("the thread is not Ponder's")
        if not found.fingerprint and self.said["comment_id"] is None:
            raise Skip("whoever resolves a thread with an answer says nothing of the answer")
        return found

    async def _answer(self) -> Shown:
        """The one before a comment on a page, to whoever wrote that. Raise Skip where others spoke
        in between: it may be for them."""
        repository, number = self.repository, self.said["number"]
        async with self.database.tenant(repository.installation_id) as connection:
            await shown.gather(connection, repository.installation_id)
            found = await shown.last_answer(connection, repository.id, number)
            answer_id = found.answer_id if found else None
            answer = await answers.get(connection, answer_id) if answer_id else None
        if found is None or answer is None:
            raise Skip("nothing was answered here")
        asking = self.github.acting(repository, PERMISSIONS["issues"])
        begin = answer.created_at.astimezone(UTC) - timedelta(minutes=1)
        since = f"since={begin:%Y-%m-%dT%H:%M:%SZ}"
        path = f"/issues/{number}/comments?per_page=100&{since}"
        async for page in asking.pages(path, "list comments"):
            if any(self._comes_between(found, row) for row in page):
                raise Skip("others spoke since the answer")
        return found

    def _comes_between(self, answer: Shown, row: dict[str, Any]) -> bool:
        person = row.get("user") or {}
        between = answer.comment_id < row["id"] < self.said["comment_id"]
        return between and person.get("id") != self.said["sender_id"] and not is_bot(person)

    async def _verdict(self, comment: Shown) -> str:
        verdict = str(self.said["verdict"])
        if verdict == _UNCLEAR:
            return await self._understood(comment)
        if verdict != "resolved":
            return verdict
        if await self._has_changed(comment):
            return "fixed"
        async with self.database.tenant(self.repository.installation_id) as connection:
            said = await feedback.votes(connection, comment)
        if any(each.vote > 0 and each.may_write for each in said):
            raise Skip("somebody took it as right before, and may mend it later")
        return verdict

    async def _understood(self, comment: Shown) -> str:
        """A verdict in words that only a model may understand, of one who has given none. Raise
        Skip where it is none, or there is no model, or no budget."""
        repository, sender = self.repository, self.said["sender"]
        if self.endpoint is None or not self.endpoint.chat_model:
            raise Skip("there is no model that could understand it")
        async with self.database.tenant(repository.installation_id) as connection:
            said = await feedback.votes(connection, comment)
            if any(each.vote and each.actor == sender for each in said):
                raise Skip("they have said already what they make of it")
            about = await self._about(connection, comment)
            cost = {"model_tokens": float(TOKENS)}
            if lacking := await charge(connection, repository, cost, datetime.now(UTC)):
                raise Skip(lacking)
        asking = self.github.acting(repository, PERMISSIONS["pulls"])
        reply = await asking.get(f"/pulls/comments/{self.said['comment_id']}", "show a comment")
        found = await opinion(self.endpoint, about, str(reply.get("body") or ""))
        if not found:
            raise Skip("what it makes of it is not plain")
        return found

    async def _about(self, connection: Connection, comment: Shown) -> str:
        if comment.answer_id is not None:
            answer = await answers.get(connection, comment.answer_id)
            return answer.text if answer else ""
        root_id = self.said["root_id"]
        finding = await review_findings.of_comment(connection, self.repository.id, root_id)
        return finding.message if finding else str(comment.details.get("rule"))

    async def _has_changed(self, comment: Shown) -> bool:
        return await has_changed(
            git.mirror_path(self.mirrors, self.repository.id),
            self.repository.source,
            await git_credentials(self.github, self.repository),
            comment,
            self.said["head"],
        )

    async def _settle(self, connection: Connection, comment: Shown, meaning: Meaning) -> None:
        """In pull requests and on the default branch: what is dismissed is not said again."""
        repository_id, by = self.repository.id, self.said["sender"]
        if meaning.state == "open":
            await review_findings.reopen(connection, repository_id, comment.fingerprint)
        elif meaning.state:
            await review_findings.dismiss(
                connection, repository_id, comment.fingerprint, meaning.state
            )
        found = await findings.get(connection, repository_id, comment.fingerprint)
        if found is not None and meaning.state and found.state != meaning.state:
            await insights.judge(connection, found, state=meaning.state, by=by, reason=meaning.note)

    async def _receipt(self, connection: Connection) -> list[Work]:
        """A reaction to the reply: it was understood, and nobody gets an e-mail."""
        comment_id = self.said["comment_id"]
        return await intents.intend(
            connection,
            self.repository,
            key=f"heard:pulls:{comment_id}",
            kind="reaction",
            target={"kind": "pulls", "comment_id": comment_id, "number": self.said["number"]},
            content={"content": "+1"},
        )
