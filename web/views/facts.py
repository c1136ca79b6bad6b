"""What is known of a file or a name: a page of its own, and a part of the page that shows code."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from aiohttp import web

from core.db.facts import Fact
from core.db.repositories import Repository
from web import access
from web.api.facts import cited_url
from web.knowing import known
from web.page import fragment
from web.standing import repository_page

_NAMES = {
    "called_by": "Called by",
    "calls": "Calls",
    "defined": "Defined",
    "defines": "Defines",
    "depended_on": "Most used",
    "entry_point": "Entry points",
    "imported_by": "Imported by",
    "imports": "Imports",
    "inherits": "Inherits",
    "implemented_by": "Implemented by",
    "overridden_by": "Overridden by",
    "used_by": "Used by",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A fact with the address of its first citation, '' where it has none."""

    fact: Fact
    url: str


async def show(request: web.Request) -> web.Response:
    """`?view=panel` is the list alone: the code page fetches it."""
    repository = await access.repository(request, access.path_number(request))
    scope = request.query.get("scope", "").strip()
    snapshot, found = await known(request, repository, scope)
    groups = groups_of(repository, snapshot.commit_sha, found)
    if request.query.get("view") == "panel":
        text = fragment(request, "known.html", groups=groups)
        return web.Response(text=text, content_type="text/html")
    return await repository_page(
        request,
        repository,
        "facts.html",
        scope=scope,
        commit=snapshot.commit_sha,
        groups=groups,
    )


def groups_of(
    repository: Repository, commit: str, found: list[Fact]
) -> list[tuple[str, list[Told]]]:
    """Facts of a kind together, in the order in which they are told; '' is for sentences."""
    told = [
        Told(fact, cited_url(repository, commit, fact.citations[0]) if fact.citations else "")
        for fact in found
    ]
    by_kind = groupby(told, key=lambda each: _NAMES.get(each.fact.kind, "") if each.url else "")
    return [(name, list(facts)) for name, facts in by_kind]
