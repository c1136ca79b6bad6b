"""Values that the repository itself writes down, by their types, each as the text that makes it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from . import closed
from .evaluate import Failed, Running
from .harvest import Harvest
from .package import Callable_, Package, fits

_MOST_OF_A_TYPE = 40
_MOST_CALLS = 30


@dataclass(slots=True)
class Call:
    """A call of a function of the package, as somebody wrote it."""

    function: str
    arguments: tuple[str, ...]
    named: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        given = [*self.arguments, *(f"{name}={value}" for name, value in self.named)]
        return f"{self.function}({', '.join(given)})"


@dataclass(slots=True)
class Pool:
    """`of_type` has texts of values by their type, the shortest first. `calls` are by the id of the
    function that is called."""

    package: Package
    harvest: Harvest
    running: Running
    of_type: dict[type, list[str]] = field(default_factory=dict)
    calls: dict[int, list[Call]] = field(default_factory=dict)
    broken: list[tuple[str, Failed]] = field(default_factory=list)

    def fill(self) -> None:
        """Evaluate what was harvested."""
        for told, node in sorted(self.harvest.values.items(), key=lambda each: len(each[0])):
            if self.running.late:
                return
            if isinstance(node, ast.Call):
                self._called(node)
            self._valued(told)
        for kind in self.package.classes:
            if not self.of_type.get(kind.target):
                self._made(kind)

    def _called(self, node: ast.Call) -> None:
        made = self.running.value(closed.text(node.func))
        if isinstance(made, Failed):
            return
        target = getattr(made, "__func__", made)
        known = self.calls.setdefault(id(target), [])
        plain = not any(isinstance(each, ast.Starred) for each in node.args)
        if len(known) < _MOST_CALLS and plain and all(each.arg for each in node.keywords):
            known.append(
                Call(
                    closed.text(node.func),
                    tuple(map(closed.text, node.args)),
                    tuple((str(each.arg), closed.text(each.value)) for each in node.keywords),
                )
            )

    def _valued(self, told: str) -> None:
        value = self.running.value(told)
        if isinstance(value, Failed):
            self.broken.append((told, value))
            return
        known = self.of_type.setdefault(type(value), [])
        if len(known) < _MOST_OF_A_TYPE and told not in known:
            known.append(told)

    def _made(self, kind: Callable_) -> None:
        """A first object of a class that nobody makes, of the plainest arguments that it takes."""
        try:
            parameters = inspect.signature(kind.target).parameters.values()
        except (TypeError, ValueError):
            return
        needed = [
            each
            for each in parameters
            if each.default is each.empty and each.kind is each.POSITIONAL_OR_KEYWORD
        ]
        if len(needed) > 2 or inspect.isabstract(kind.target):
            return
        for plain in ("3", "'a'", "[1, 2]") if needed else ("",):
            given = ", ".join([plain] * len(needed))
            value = self.running.value(f"{kind.text}({given})")
            if type(value) is kind.target:
                self.of_type[kind.target] = [f"{kind.text}({given})"]
                return

    def objects(self, kind: type) -> list[str]:
        return self.of_type.get(kind, [])

    def texts(self, function: Callable_, most: int = 40) -> list[str]:
        """Texts to give to a function: those that somebody gives it first."""
        near = [
            each
            for call in self.calls.get(id(function.target), [])
            for each in call.arguments[:1]
            if isinstance(_literal(each), str)
        ]
        rest = sorted(self.harvest.texts, key=lambda each: (len(each) > 60, "\n" in each))
        return list(dict.fromkeys([*near, *map(repr, rest)]))[:most]

    def fitting(self, hint: Any, most: int = 12) -> list[str]:
        """Values of an annotated type."""
        found: list[str] = []
        for _, texts in self.of_type.items():
            for told in texts[:most]:
                value = self.running.value(told)
                if fits(value, hint) is True:
                    found.append(told)
        return found[:most]

    def of_classes(self) -> Iterator[tuple[Callable_, list[str]]]:
        for kind in self.package.classes:
            texts = self.objects(kind.target)
            if texts:
                yield kind, texts


def is_plain(pool: Pool, text: str, sign: str = "==") -> bool:
    """Whether a comparison of a value with itself is true or false, or forgotten, and the value
    does not answer to any name: what makes an expression of what is done to it keeps other laws."""
    told = pool.running.fresh(f"{text} {sign} {text}")
    answers = not isinstance(pool.running.fresh(f"({text}).no_name_of_anything"), Failed)
    return (isinstance(told, bool | Failed) or told is None) and not answers


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
