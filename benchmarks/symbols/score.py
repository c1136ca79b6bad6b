"""What Ponder says of the judges' references, and how often it is right."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.graph.graph import Graph
from workers.graph.resolve import Resolver, Target
from workers.index.blob import Reference
from workers.index.parse import parse, read_links

LONGEST = 1_000_000
SURE = 0.5
"""A weight from which on the answer says 'it is this one'."""


def graph_of(tree: Path) -> Graph:
    """Every file under a folder, as an index of it would have them."""
    top = tree.resolve()
    contents = {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file() and path.stat().st_size < LONGEST
    }
    blobs = {path: parse(path, text) for path, text in contents.items() if b"\0" not in text}
    links = {path: read_links(blob.language, blob.text) for path, blob in blobs.items()}
    return Graph.from_blobs(blobs, links)


def answer(graph: Graph, resolver: Resolver, asked: dict[str, Any]) -> list[tuple[str, int, float]]:
    """Path, line and weight of what the name there may be, the best first."""
    file = graph.tree.numbers.get(asked["path"])
    if file is None:
        return []
    found: dict[tuple[str, int], float] = {}
    for reference in graph.outline(file).links.references:
        if asked["line"] in reference.lines and _is_named(reference, asked["name"]):
            for target in resolver.targets(file, reference):
                place = (graph.files[target.file].path, line_of(graph, target))
                found[place] = max(found.get(place, 0.0), target.weight)
    return sorted(((*place, w) for place, w in found.items()), key=lambda each: -each[2])


def _is_named(reference: Reference, name: str) -> bool:
    """The judge asks for 'b' of 'from a.b import c', which Ponder has as 'a.b'."""
    last = reference.name.rpartition(".")[2] if reference.kind == "import" else reference.name
    return name in (reference.name, last)


def line_of(graph: Graph, target: Target) -> int:
    links = graph.outline(target.file).links
    if target.attribute >= 0:
        return links.attributes[target.attribute].line
    return links.symbols[target.symbol].line if target.symbol >= 0 else 1


@dataclass(slots=True)
class Score:
    """Over the sampled references of one package."""

    inside: int = 0
    elsewhere: int = 0
    unknown: int = 0
    first_right: int = 0
    any_right: int = 0
    answered: int = 0
    sure: int = 0
    sure_right: int = 0
    weight: float = 0.0
    weight_right: float = 0.0

    def add(self, asked: dict[str, Any], found: list[tuple[str, int, float]]) -> bool:
        """Whether it is as the judge says."""
        if asked["verdict"] == "unknown":
            self.unknown += 1
            return True
        gold = (
            {tuple(place) for place in asked["definitions"]}
            if asked["verdict"] == "inside"
            else set()
        )
        self.inside += bool(gold)
        self.elsewhere += not gold
        places = {tuple(place) for place in asked["definitions"]}
        if asked["verdict"] == "local" and found and found[0][:2] in places:
            return True  # a local that Ponder keeps, as what a module binds in a block
        right = [(path, line) in gold for path, line, _ in found]
        self.answered += bool(found)
        self.first_right += bool(right) and right[0]
        self.any_right += any(right)
        self.weight += sum(each[2] for each in found)
        self.weight_right += sum(each[2] for each, ok in zip(found, right, strict=True) if ok)
        if found and found[0][2] >= SURE:
            self.sure += 1
            self.sure_right += right[0]
        return (bool(right) and right[0]) if gold else not found


def judged(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def score(tree: Path, verdicts: Path, mistakes: list[str] | None = None) -> Score:
    graph = graph_of(tree)
    resolver, made = Resolver(graph), Score()
    for asked in judged(verdicts):
        found = answer(graph, resolver, asked)
        if not made.add(asked, found) and mistakes is not None:
            mistakes.append(f"{asked} {found[:3]}")
    return made
