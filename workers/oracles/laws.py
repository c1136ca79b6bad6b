"""Laws of the language: what is equal has the same hash, what is less is not greater, what can be
counted has as many members as it says."""

from __future__ import annotations

from collections.abc import Sequence

from core.db.symbol_graph import Definition
from workers.oracles.base import Promise

_LAWS = {
    "__eq__": "is equal to a copy of itself, both ways round",
    "__hash__": "has the hash of what it is equal to",
    "__lt__": "is not both less and greater than another",
    "__len__": "has as many members as it says",
    "__contains__": "contains each of its members",
}


def promises(path: str, definitions: Sequence[Definition]) -> list[Promise]:
    return [
        Promise("laws", path, each.qualified, f"`{_owner(each)}` {_LAWS[each.name]}", each.name)
        for each in definitions
        if each.name in _LAWS and "." in each.qualified
    ]


def _owner(definition: Definition) -> str:
    return definition.qualified.rpartition(".")[0]
