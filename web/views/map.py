"""The risk map: the tree as a treemap, as large as the code, as hot as the risk; and as a table."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from core.db import files, risks, snapshots
from core.db.risks import Risk
from web import access, keys
from web.api.risks import path_in
from web.heat import STEPS, Hot, drawn, hottest, name_of, step_of
from web.problem import Problem
from web.standing import repository_page
from web.treemap import Node, tree

_WIDE, _TALL = (1200, 660), (380, 560)
_MOST_FILES = 200_000
_ROWS = 30


async def show(request: web.Request) -> web.Response:
    """`?path=` zooms in on a folder."""
    repository = await access.repository(request, access.path_number(request))
    path = path_in(request)
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        snapshot = await snapshots.current(connection, repository.id)
        lines = await files.lengths(connection, snapshot.id) if snapshot else {}
        scored = await risks.of_repository(
            connection, repository.id, symbols=False, limit=_MOST_FILES
        )
        listed = await risks.of_repository(connection, repository.id, path=path, limit=_ROWS)
    known = {risk.path: risk for risk in scored}
    root = await asyncio.to_thread(_zoomed, lines, path)
    if root is None:
        raise Problem(404, f"There is no folder '{path}' in the index; start from the whole map.")
    wide, tall = await asyncio.to_thread(_maps, root, repository.id, known)
    return await repository_page(
        request,
        repository,
        "map.html",
        tab="map",
        path=path,
        trail=_trail(path),
        maps=[("landscape", *_WIDE, wide), ("portrait", *_TALL, tall)],
        folders=_folders(root, known),
        lines=sum(n for each, n in lines.items() if not path or each.startswith(f"{path}/")),
        known=bool(known),
        listed=listed,
        steps=[(len(STEPS) - 1 - n, name, least) for n, (least, name) in enumerate(STEPS)],
        name_of=name_of,
        step_of=step_of,
        card=lambda risk: _card_url(repository.id, risk),
    )


def _zoomed(lines: Mapping[str, int], path: str) -> Node | None:
    """The tree below a folder; None where there is no such folder."""
    if not path:
        return tree(lines.items())
    inside = [(p.removeprefix(f"{path}/"), n) for p, n in lines.items() if p.startswith(f"{path}/")]
    return _renamed(tree(inside), path) if inside else None


def _renamed(node: Node, above: str) -> Node:
    """With the whole paths again."""
    node.path = f"{above}/{node.path}" if node.path else above
    for child in node.children.values():
        _renamed(child, above)
    return node


def _maps(root: Node, repository_id: int, known: Mapping[str, Risk]) -> tuple[list[Hot], list[Hot]]:
    return (
        drawn(root, repository_id, known, *_WIDE),
        drawn(root, repository_id, known, *_TALL),
    )


def _trail(path: str) -> list[tuple[str, str]]:
    """The folders above, each with its path."""
    parts = path.split("/") if path else []
    return [(part, "/".join(parts[: n + 1])) for n, part in enumerate(parts)]


def _folders(root: Node, known: Mapping[str, Risk]) -> list[tuple[str, str, float | None]]:
    """Name, address and highest risk of the folders in this one, the riskiest first."""
    scores = {path: risk.score for path, risk in known.items()}
    found = [
        (f"{each.name}/", f"?{urlencode({'path': each.path})}", hottest(each, scores))
        for each in root.children.values()
        if each.children
    ]
    return sorted(found, key=lambda each: (-(each[2] or 0.0), each[0]))


def _card_url(repository_id: int, risk: Risk) -> str:
    scope = f"{risk.path}#{risk.symbol}" if risk.symbol else risk.path
    return f"/repositories/{repository_id}/card?{urlencode({'scope': scope})}"
