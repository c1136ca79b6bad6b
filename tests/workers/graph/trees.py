"""Small repositories, written down in a test."""

from __future__ import annotations

from inspect import cleandoc

from workers.graph.graph import Graph
from workers.graph.questions import Place, Questions
from workers.index.parse import parse, read_links


class Repository:
    """`files` are texts by path."""

    def __init__(self, **files: str) -> None:
        self.texts = {path: cleandoc(text) + "\n" for path, text in files.items()}
        blobs = {path: parse(path, text.encode()) for path, text in self.texts.items()}
        links = {path: read_links(blob.language, blob.text) for path, blob in blobs.items()}
        self.graph = Graph.from_blobs(blobs, links)
        self.questions = Questions(self.graph)

    def line(self, path: str, text: str) -> int:
        """The first line with that text, from 1."""
        lines = self.texts[path].split("\n")
        return next(number for number, line in enumerate(lines, 1) if text in line)

    def meant(self, path: str, at: str, name: str) -> list[str]:
        """What a name means on the line that has the text `at`: 'path:line', the likeliest first;
        a guess ends with '?'."""
        file, line = self.graph.tree.numbers[path], self.line(path, at)
        found: dict[str, None] = {}
        for target in self.questions.targets(file, line, name):
            links = self.graph.outline(target.file).links
            place = self.graph.files[target.file].path
            if target.attribute >= 0:
                place += f":{links.attributes[target.attribute].line}"
            elif target.symbol >= 0:
                place += f":{links.symbols[target.symbol].line}"
            found[place + ("?" if target.weight <= 0.5 else "")] = None
        return list(found)

    def place(self, qualified: str) -> Place:
        return next(
            Place(file, symbol)
            for file in range(len(self.graph.files))
            for symbol in range(len(self.graph.outline(file).links.symbols))
            if self.graph.qualified(file, symbol) == qualified
        )
