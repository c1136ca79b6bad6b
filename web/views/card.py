"""The card of a file or a definition: what it is, how risky, who wrote it, what was found in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from aiohttp import web
from markupsafe import Markup

from core.db import (
    blobs,
    cards,
    commits,
    facts,
    files,
    insights,
    risks,
    signals,
    snapshots,
    symbol_graph,
)
from core.db.blobs import BlobText
from core.db.cards import Card
from core.db.commits import Commit, Share
from core.db.connect import Connection
from core.db.facts import Fact
from core.db.insights import Wanted
from core.db.repositories import Repository
from core.db.risks import Risk
from core.db.signals import Signal
from core.db.snapshots import Snapshot
from core.db.symbol_graph import Definition
from web import access, keys
from web.code import dedented
from web.exchange import Line, numbered
from web.finding import Shown, shown
from web.heat import name_of
from web.insights import place_url
from web.knowing import LONGEST_SCOPE, known
from web.markdown import to_html
from web.owned import Owned, owned
from web.page import fragment
from web.problem import Problem
from web.standing import repository_page
from web.views.facts import Told, groups_of

_TEST = re.compile(r"(^|/)(tests?|specs?|__tests__)/|(^|/)test_|[._]test\.|\.spec\.", re.IGNORECASE)
_MOST = 40
_COMMITS, _AUTHORS, _LINES = 8, 6, 60


@dataclass(frozen=True, slots=True)
class About:
    """What the rows have of a place. `definition` is None for a file; `inside` are the riskiest
    definitions of a file, or those of the file around a definition; `reported` is what continuous
    integration said of the file, by kind."""

    path: str
    definition: Definition | None
    risk: Risk | None
    inside: list[Risk]
    summary: Card | None
    findings: list[Shown]
    authors: list[Share]
    history: list[Commit]
    facts: list[Fact] | None
    blob: BlobText | None
    owned: Owned | None
    reported: dict[str, Signal]

    @property
    def symbol(self) -> str:
        return self.definition.qualified if self.definition else ""

    @property
    def scope(self) -> str:
        return f"{self.path}#{self.symbol}" if self.definition else self.path

    @property
    def is_test(self) -> bool:
        return _TEST.search(self.path) is not None


async def show(request: web.Request) -> web.Response:
    """`?scope=` is a path, or path#name; `&view=facts` is that part alone, found out if need be."""
    repository = await access.repository(request, access.path_number(request))
    scope = request.query.get("scope", "").strip()
    if not scope or len(scope) > LONGEST_SCOPE or "\x00" in scope:
        raise Problem(422, "Name a file, or a definition as path#name, in ?scope=.")
    if request.query.get("view") == "facts":
        snapshot, found = await known(request, repository, scope)
        text = fragment(
            request, "card_facts.html", groups=_groups(repository, snapshot.commit_sha, found)
        )
        return web.Response(text=text, content_type="text/html")
    snapshot, about = await _about(request, repository, scope)
    commit, first, last = snapshot.commit_sha, 1, 1
    if about.definition:
        first, last = about.definition.start_line, about.definition.end_line
    return await repository_page(
        request,
        repository,
        "card.html",
        tab="map",
        about=about,
        commit=commit,
        code_url=place_url(repository.id, commit, about.path, first, last)
        if about.definition
        else f"/repositories/{repository.id}/blob/{commit}/{quote(about.path)}",
        code=await _code(request, about),
        summary=_summary(repository, about.summary),
        groups=None if about.facts is None else _groups(repository, commit, about.facts),
        name_of=name_of,
        card=lambda risk: f"?{urlencode({'scope': f'{risk.path}#{risk.symbol}'})}",
        writes=access.viewer(request).writes(repository),
    )


async def _about(
    request: web.Request, repository: Repository, scope: str
) -> tuple[Snapshot, About]:
    """Raise Problem 404 where the snapshot has no such place."""
    path, _, symbol = scope.partition("#")
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        snapshot = await snapshots.current(connection, repository.id)
        file = await files.at(connection, snapshot.id, path) if snapshot else None
        if snapshot is None or file is None:
            raise Problem(404, f"{repository.name} has no file '{path[:200]}' in its index.")
        defined = await symbol_graph.of_blobs(connection, [file.blob_id] if file.blob_id else [])
        definition = next((each for each in defined if each.qualified == symbol), None)
        if symbol and definition is None:
            raise Problem(404, f"{path} defines nothing that is called '{symbol[:200]}'.")
        return snapshot, await _read(connection, repository, snapshot, path, definition)


async def _read(
    connection: Connection,
    repository: Repository,
    snapshot: Snapshot,
    path: str,
    definition: Definition | None,
) -> About:
    symbol = definition.qualified if definition else ""
    weighed = await risks.of_repository(connection, repository.id, path=path, limit=1000)
    found = await insights.listed(connection, repository.id, Wanted(path=path), limit=_MOST)
    if definition:
        found = [each for each in found if _within(each.symbol, symbol)]
    scope = f"{path}#{symbol}" if symbol else path
    return About(
        path,
        definition,
        next((each for each in weighed if each.path == path and each.symbol == symbol), None),
        [each for each in weighed if each.symbol and each.symbol != symbol][:12],
        await cards.get(connection, repository.id, path, symbol),
        await shown(found),
        (await commits.authors_of(connection, repository.id, [path]))[:_AUTHORS],
        (await commits.touching(connection, repository.id, [path]))[:_COMMITS],
        await facts.of_scope(connection, snapshot.id, scope),
        await blobs.text_of(connection, definition.blob_id) if definition else None,
        await owned(connection, repository, snapshot, path),
        await signals.of_path(connection, repository.id, path),
    )


async def _code(request: web.Request, about: About) -> list[Line]:
    """How a definition begins."""
    if about.definition is None or about.blob is None:
        return []
    lines = await request.app[keys.HIGHLIGHTER].lines(about.blob, about.path)
    first, last = about.definition.start_line, about.definition.end_line
    return numbered(dedented(lines[first - 1 : min(last, first + _LINES - 1)]), first)


def _within(inner: str, outer: str) -> bool:
    return inner == outer or inner.startswith(f"{outer}.")


def _summary(repository: Repository, card: Card | None) -> Markup:
    """The sentences, each with links to the lines that say so."""
    if card is None:
        return Markup()
    links = {
        number: place_url(
            repository.id,
            card.commit_sha,
            str(cited["path"]),
            int(cited["start_line"]),
            int(cited["end_line"]),
        )
        for number, cited in enumerate(card.citations, 1)
    }
    return Markup(to_html(card.text, links))  # noqa: S704 - cleaned by nh3


def _groups(repository: Repository, commit: str, found: list[Fact]) -> list[tuple[str, list[Told]]]:
    """Tests by themselves, before the rest."""
    by_tests = [each for each in found if _uses(each) and _TEST.search(_place(each))]
    rest = [each for each in found if each not in by_tests]
    told = [each for _, some in groups_of(repository, commit, by_tests) for each in some]
    return ([("Tests", told)] if told else []) + groups_of(repository, commit, rest)


def _uses(fact: Fact) -> bool:
    return fact.kind in ("called_by", "used_by", "imported_by")


def _place(fact: Fact) -> str:
    return str(fact.citations[0]["path"]) if fact.citations else ""
