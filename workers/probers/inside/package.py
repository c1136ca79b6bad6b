"""The package as it can be reached: its modules, public functions and classes, each by the shortest
dotted name that others would write."""

from __future__ import annotations

import importlib
import inspect
import typing
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

_PLAIN = (int, float, str, bytes, bool, type(None))


@dataclass(slots=True)
class Callable_:
    """A function, method or class of the package. `text` is how others name it; of a method, its
    class is `owner` and `text` its bare name."""

    module: str
    symbol: str
    text: str
    target: Any
    line: int
    owner: type | None = None
    hints: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.symbol.rpartition(".")[2]

    @property
    def documented(self) -> str:
        said = getattr(self.target, "__doc__", "")
        return said if isinstance(said, str) else ""


@dataclass(slots=True)
class Package:
    """`files` are paths of sources by the modules that they are."""

    files: dict[str, str]
    modules: dict[str, ModuleType] = field(default_factory=dict)
    functions: list[Callable_] = field(default_factory=list)
    classes: list[Callable_] = field(default_factory=list)
    methods: list[Callable_] = field(default_factory=list)

    @property
    def roots(self) -> set[str]:
        return {name.partition(".")[0] for name in self.files}

    def load(self) -> None:
        """Import what can be imported."""
        for name in sorted(self.files, key=lambda each: (each.count("."), each)):
            if name.rpartition(".")[2] in ("__main__", "conftest", "setup"):
                continue
            try:
                self.modules[name] = importlib.import_module(name)
            except BaseException:  # noqa: BLE001, S112 - importing runs code of others
                continue
        names = self._names()
        seen: set[int] = set()
        for module in list(self.modules):
            for each in self._defined(module, names):
                if id(each.target) not in seen:
                    seen.add(id(each.target))
                    self._sort(each)

    def exports(self) -> dict[str, list[str]]:
        """Public names by module."""
        return {name: _public(module) for name, module in self.modules.items()}

    def _names(self) -> dict[int, str]:
        """The shortest public name of each object."""
        found: dict[int, str] = {}
        ordered = sorted(self.modules, key=lambda each: ("._" in each, each.count("."), each))
        for name in ordered:
            for each in _public(self.modules[name]):
                found.setdefault(id(vars(self.modules[name]).get(each)), f"{name}.{each}")
        return found

    def _defined(self, module: str, names: dict[int, str]) -> Iterator[Callable_]:
        for name, value in list(vars(self.modules[module]).items()):
            inner = inspect.unwrap(value) if inspect.isroutine(value) else value
            if getattr(inner, "__module__", None) != module or name.startswith("_"):
                continue
            if (inspect.isfunction(inner) or inspect.isclass(value)) and id(value) in names:
                line = _line(inner)
                if line and getattr(inner, "__qualname__", "") == name:
                    yield Callable_(module, name, names[id(value)], value, line, None, hints(inner))

    def _sort(self, each: Callable_) -> None:
        if not inspect.isclass(each.target):
            self.functions.append(each)
            return
        self.classes.append(each)
        for name, value in vars(each.target).items():
            function = inspect.unwrap(value) if inspect.isfunction(value) else None
            if function is not None and getattr(function, "__module__", "") == each.module:
                symbol = f"{each.symbol}.{name}"
                line = function.__code__.co_firstlineno
                self.methods.append(
                    Callable_(each.module, symbol, name, value, line, each.target, hints(function))
                )

    def method(self, kind: type, name: str) -> Callable_ | None:
        """What an object of a class does by this name, where the package says it."""
        for base in kind.__mro__:
            if name in vars(base):
                return next(
                    (each for each in self.methods if each.owner is base and each.name == name),
                    None,
                )
        return None


def hints(function: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except Exception:  # noqa: BLE001 - annotations are code of others
        return {}


def _public(module: ModuleType) -> list[str]:
    listed = getattr(module, "__all__", None)
    known = vars(module)
    if isinstance(listed, Collection) and all(isinstance(each, str) for each in listed):
        own = [name for name, value in known.items() if _is_own(module, name, value)]
        return list(dict.fromkeys([*(each for each in listed if each in known), *own]))
    return [name for name in known if not name.startswith("_")]


def _is_own(module: ModuleType, name: str, value: Any) -> bool:
    """Whether a module defines it: some lists of public names leave that out."""
    return getattr(value, "__module__", "") == module.__name__ and not name.startswith("_")


def _line(value: Any) -> int:
    try:
        if inspect.isclass(value):
            return inspect.getsourcelines(value)[1]
        return int(value.__code__.co_firstlineno)
    except (OSError, TypeError, AttributeError):
        return 0


def fits(value: Any, hint: Any) -> bool | None:  # noqa: PLR0911 - one a form
    """Whether a value is of an annotated type; None where that cannot be told."""
    if hint is typing.Any or hint is inspect.Parameter.empty:
        return None
    if hint is None or hint is type(None):
        return value is None
    origin = typing.get_origin(hint)
    if origin is typing.Union or type(hint).__name__ == "UnionType":
        parts = [fits(value, each) for each in typing.get_args(hint)]
        return True if True in parts else None if None in parts else False
    if origin is typing.Literal:
        return value in typing.get_args(hint)
    if isinstance(hint, typing.TypeVar):
        return None
    kind = origin or hint
    if kind is float and type(value) is int:
        return True
    if not isinstance(kind, type):
        return None
    try:
        return isinstance(value, kind)
    except TypeError:
        return None
