"""Verdicts: what somebody said in a review thread of ours, or by resolving it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core.db import feedback, findings, insights, intents, review_findings, shown
from core.db.connect import Connection, Database
from core.db.feedback import Voice
from core.db.repositories import Repository
from core.db.shown import Shown
from core.db.work import Work
from core.errors import Skip
from core.github import GitHub
from workers import git
from workers.feedback.reactions import may_write
from workers.feedback.settled import has_changed
from workers.installation import git_credentials

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


@dataclass(frozen=True, slots=True)
class Judging:
    """What is at hand. `said` is the subject of the work: see bot.decision.Judge."""

    github: GitHub
    database: Database
    mirrors: Path
    repository: Repository
    said: dict[str, Any]

    async def judge(self) -> list[Work]:
        """Keep what was said; return the work of showing that it was heard. Raise Skip where the
        thread is not ours, or nothing follows, and TryLater."""
        comment = await self._comment()
        meaning = MEANINGS[await self._verdict(comment)]
        trusted = await may_write(self.github, self.repository, self.said["sender"])
        by_reply = self.said["comment_id"] is not None
        voice = Voice(
            self.said["sender"],
            self.said["sender_id"],
            meaning.vote,
            "reply" if by_reply else "thread",
            note=meaning.note,
            may_write=trusted,
        )
        async with self.database.tenant(self.repository.installation_id) as connection:
            if meaning.vote == 0:
                await self._take_back(connection, comment, voice)
            else:
                await feedback.hear(connection, comment, voice)
            if not trusted or not comment.fingerprint or not meaning.state:
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

    async def _verdict(self, comment: Shown) -> str:
        verdict = str(self.said["verdict"])
        if verdict != "resolved":
            return verdict
        changed = await has_changed(
            git.mirror_path(self.mirrors, self.repository.id),
            self.repository.source,
            await git_credentials(self.github, self.repository),
            comment,
            self.said["head"],
        )
        return "fixed" if changed else verdict

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
