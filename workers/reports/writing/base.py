"""What a kind of write is, and the pen that it writes with."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any, Protocol

from core.db import intents
from core.db.intents import Intent
from core.errors import Skip
from core.github import Acting, NotFound, Refused
from workers.reports.fit import MAX_BODY, fit
from workers.reports.writing.turn import Turn

Row = dict[str, Any]
"""Something on GitHub, as its API shows it."""

_CLOCKS = timedelta(minutes=5)
"""How far apart GitHub's clock and ours may be."""


class Gone(Skip):
    """A person deleted what Ponder had written, and does not want it again."""


@dataclass(frozen=True, slots=True)
class Made:
    """What is on GitHub now. `more` is kept in the intent's `made`."""

    github_id: int
    node_id: str = ""
    more: Mapping[str, Any] | None = None


class Kind(Protocol):
    """A module in this folder. `write` makes, `change` brings what was made to what it should be;
    `find` is asked where an earlier try may have written it, and None lets it be written anew.

    They raise NotFound or Refused where it is no use, Gone where it was deleted, and TryLater.
    """

    def permissions(self, intent: Intent) -> Mapping[str, str]:
        """The least that a token needs."""

    async def write(self, pen: Pen, intent: Intent) -> Made: ...

    async def change(self, pen: Pen, intent: Intent) -> Made: ...

    async def find(self, pen: Pen, intent: Intent) -> Found | None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """What an earlier try wrote; `current` where it already looks as it should."""

    made: Made
    current: bool = True


@dataclass(frozen=True, slots=True)
class Pen:
    """Requests about one repository, with every write in its turn. `bot` is our own login."""

    acting: Acting
    turn: Turn
    bot: str

    async def get(self, path: str, asked: str) -> Row:
        row: Row = await self.acting.get(path, asked)
        return row

    async def rows(self, path: str, asked: str, *, rows: str | None = None) -> AsyncIterator[Row]:
        """The rows of all pages of a list."""
        async for page in self.acting.pages(path, asked, rows=rows):
            await self.turn.hold()
            for row in page:
                yield row

    async def send(self, method: str, path: str, body: Mapping[str, Any], asked: str) -> Row:
        await self.turn.ready()
        try:
            row: Row = await self.acting.send(method, path, body, asked)
        finally:
            await self.turn.rest()
        return row

    async def ask(self, query: str, variables: Mapping[str, Any], asked: str) -> Row:
        """A question in GraphQL."""
        row: Row = await self.acting.graphql(query, variables, asked)
        return row

    async def mutate(self, query: str, variables: Mapping[str, Any], asked: str) -> Row:
        """A mutation in GraphQL."""
        await self.turn.ready()
        try:
            return await self.ask(query, variables, asked)
        finally:
            await self.turn.rest()

    async def remember(self, intent: Intent, more: Mapping[str, Any], **made: Any) -> None:
        """Keep what is half done, at once: a next try goes on from there."""
        async with self.turn.database.tenant(intent.installation_id) as connection:
            await intents.remember(connection, intent.id, dict(more), **made)

    def wrote(self, row: Row, text: str | None, intent: Intent) -> bool:
        """Whether this is ours: by its author, and the marker at its end. Others may quote one."""
        author = (row.get("user") or {}).get("login")
        return author == self.bot and (text or "").rstrip().endswith(marker(intent.key))

    def own(self, intent: Intent, row: Row) -> None:
        """Raise Refused unless it is ours and as we left it, but for ticks in its boxes: what a
        person wrote is never edited."""
        text, texts = row.get("body") or "", intent.made.get("texts", [])
        if not self.wrote(row, text, intent) or (texts and digest(text) not in texts):
            raise Refused("a person changed what Ponder wrote there; it stays as it is")

    async def edit(
        self,
        intent: Intent,
        row: Row,
        said: Mapping[str, Any],
        *,
        place: str,
        asked: str,
        method: str = "PATCH",
    ) -> Row:
        """Bring what is ours to what is said, where it is not so yet."""
        self.own(intent, row)
        if all(row.get(name) == value for name, value in said.items()):
            return row
        trying = [*intent.made.get("texts", [])[-3:], digest(said["body"])]
        await self.remember(intent, intent.made | {"texts": trying})
        return await self.send(method, place, said, asked)


async def standing(pen: Pen, place: str, *, name: str, around: str) -> Row:
    """What is there. Raise Gone where a person deleted it, and not all that is `around` it."""
    try:
        return await pen.get(place, f"show the {name}")
    except NotFound:
        await pen.get(around, f"show what the {name} stands in")
    raise Gone(f"a person deleted this {name}; it is not written again")


async def found(pen: Pen, intent: Intent, place: str, *, asked: str, **more: str) -> Found | None:
    """What an earlier try made, in a list; `more` names what else is remembered of its row."""
    async for row in pen.rows(f"{place}per_page=100&since={since(intent)}", asked):
        if "pull_request" not in row and pen.wrote(row, row.get("body"), intent):
            kept = {name: row[of] for name, of in more.items()}
            return Found(made(row, **kept), current=row["body"] == body(intent))
    return None


def made(row: Row, **more: Any) -> Made:
    """With the text as GitHub has it, by which it is known again."""
    texts = {"texts": [digest(row.get("body") or "")]}
    return Made(row["id"], row.get("node_id", ""), texts | more)


def digest(text: str) -> str:
    """What a text is known by: a tick in a box is meant to be set by a person."""
    plain = re.sub(r"(?m)^([^\S\n]*[-*] \[)[xX](?=\])", r"\1 ", text.replace("\r\n", "\n").strip())
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def marker(key: str) -> str:
    """What a reader does not see, and a later try finds."""
    return f"<!-- ponder:{key} -->"


def body(intent: Intent, *, key: str = "", text: str | None = None) -> str:
    """The text to post, short enough and marked; `content["link"]` leads to the whole of it."""
    said = intent.content["body"] if text is None else text
    mark = marker(key or intent.key)
    return f"{fit(said, MAX_BODY - len(mark), link=intent.content.get('link', ''))}\n\n{mark}"


def since(intent: Intent) -> str:
    """When it was first meant, as GitHub writes it: 2026-11-22T08:30:00Z."""
    return f"{intent.created_at.astimezone(UTC) - _CLOCKS:%Y-%m-%dT%H:%M:%SZ}"


def talking(intent: Intent) -> dict[str, str]:
    """To talk in an issue or on a pull request's page; where `target["pull"]` does not say which it
    is, one of the two permissions may be the one that is needed."""
    match intent.target.get("pull"):
        case True:
            return {"pull_requests": "write"}
        case False:
            return {"issues": "write"}
        case _:
            return {"issues": "write", "pull_requests": "write"}
