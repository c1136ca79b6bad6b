"""A harness: a function, what its parameters take and how that is known, and calls that are known
to work."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import GeneratorType
from typing import Any

from . import specs, terms
from .codec import Reader, Spec, decode, encode, fits

KNOWN = ("annotation", "recorded", "docstring", "default", "made")
_MOST_SEEDS = 60


class NoHarness(Exception):
    """Why a function cannot be fuzzed, in words."""


@dataclass(frozen=True)
class Slot:
    """A parameter. `origin` says how its type is known; `plain` is what is given where nothing else
    is tried (absent: the function's own default)."""

    name: str
    spec: Spec
    origin: str
    keyword: bool
    optional: bool


@dataclass
class Harness:
    """`receiver` makes the object of a method. Cases are lists of terms by the slots' names."""

    function: Any
    receiver: Slot | None
    slots: list[Slot]
    seeds: list[dict[str, Any]] = field(default_factory=list)
    order: list[Slot] = field(default_factory=list)
    is_plain: bool = False

    def __post_init__(self) -> None:
        self.order = self._order()
        self.last = self.order[-1] if self.order else None
        # Each execution counts: what is the same for all of them is found out once.
        only = self.slots[0] if len(self.order) == 1 else None
        is_text = only is not None and only.spec["kind"] == "str" and not only.optional
        self.text = only.name if only and is_text and not only.keyword else ""
        self.is_plain = not any(_is_made(each.spec) for each in self.order)

    @property
    def main(self) -> Slot | None:
        """The parameter that is fuzzed hardest: the first text, or the last of all."""
        texts = [
            each for each in self.slots if each.spec["kind"] in ("str", "bytes", "make", "union")
        ]
        return texts[0] if texts else self.slots[-1] if self.slots else None

    @property
    def specs(self) -> dict[str, Spec]:
        """Types by the slots' names."""
        return {slot.name: slot.spec for slot in self.order}

    def _order(self) -> list[Slot]:
        main = self.main
        others = [each for each in self.slots if each is not main]
        first = [self.receiver] if self.receiver else []
        return [*first, *others, *([main] if main else [])]

    def decode(self, raw: bytes) -> dict[str, Any]:
        """Any bytes make a case."""
        if self.text:
            return {self.text: raw.decode("utf-8", "replace")}
        reader, case = Reader(raw), {}
        for slot in self.order:
            if slot.optional and reader.byte() % 4:
                continue
            case[slot.name] = decode(slot.spec, reader, last=slot is self.last)
        return case

    def encode(self, case: dict[str, Any]) -> bytes | None:
        """Bytes that make this case; None where its values are not of the slots' types."""
        parts = []
        for slot in self.order:
            if slot.name not in case:
                if not slot.optional:
                    return None
                parts.append(b"\1")
                continue
            if not fits(slot.spec, case[slot.name]):
                return None
            parts.append(b"\0" if slot.optional else b"")
            parts.append(encode(slot.spec, case[slot.name], last=slot is self.last))
        return b"".join(parts)

    def call(self, case: dict[str, Any], *, fresh: bool = False) -> Any:
        """Run the function; what it yields is drawn, as far as it is finite. `fresh` cases are used
        once: their values need no copy."""
        if self.text and fresh:
            return self._drawn(self.function(case[self.text]))
        positional: list[Any] = []
        named: dict[str, Any] = {}
        as_it_is = fresh and self.is_plain
        if self.receiver:
            positional.append(terms.build(case[self.receiver.name]))
        for slot in self.slots:
            if slot.name in case:
                value = case[slot.name] if as_it_is else terms.build(case[slot.name])
                if slot.keyword:
                    named[slot.name] = value
                else:
                    positional.append(value)
        return self._drawn(self.function(*positional, **named))

    def _drawn(self, made: Any) -> Any:
        if isinstance(made, GeneratorType):
            return list(islice(made, 10_000))
        return made


def _is_made(spec: Spec) -> bool:
    """Whether its terms are more than their values."""
    return spec["kind"] in ("make", "date") or any(map(_is_made, spec.get("of", ())))


def resolve(module: str, symbol: str) -> tuple[Any, type | None]:
    """The function, and its class where it needs an object. Raise NoHarness."""
    try:
        found: Any = importlib.import_module(module)
        parent: Any = None
        for part in symbol.split("."):
            parent, found = found, inspect.getattr_static(found, part)
            if isinstance(found, staticmethod | classmethod):
                found = getattr(parent, part)
    except BaseException as error:  # Importing runs code of others.
        raise NoHarness(f"it cannot be imported ({type(error).__name__}: {error})") from error
    if not callable(found) or inspect.iscoroutinefunction(found):
        raise NoHarness("it cannot be called as it is")
    bound = inspect.ismethod(found) or not inspect.isclass(parent)
    if bound or isinstance(inspect.getattr_static(parent, symbol.rpartition(".")[2]), staticmethod):
        return found, None
    return found, parent


def harness(module: str, symbol: str, calls: Sequence[dict[str, Any]]) -> Harness:
    """`calls` are recorded: {"arguments": […], "keywords": {…}} of packed terms. Raise
    NoHarness."""
    function, owner = resolve(module, symbol)
    receiver = None
    if owner is not None:
        spec = specs.made(owner)
        if spec is None:
            raise NoHarness(f"nobody knows how to make a {owner.__name__}")
        receiver = Slot("self ", spec, "made", keyword=False, optional=False)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError) as error:
        raise NoHarness("it does not say what it takes") from error
    if owner is not None:
        parameters = list(signature.parameters.values())[1:]
        signature = signature.replace(parameters=parameters)
    bound = _bound(signature, calls)
    seeds = [case for case in bound if works(function, case)] if owner is None else []
    # What a test gives a function only to see it refused says nothing about what it takes.
    slots = _slots(function, signature, seeds if owner is None else bound)
    known = {slot.name for slot in slots}
    return Harness(
        function, receiver, slots, [each for each in seeds if set(each) <= known][:_MOST_SEEDS]
    )


def works(function: Any, case: dict[str, Any]) -> bool:
    """Whether a recorded call comes back."""
    try:
        parameters = inspect.signature(function).parameters
        first = [p for p in parameters.values() if p.kind is p.POSITIONAL_ONLY and p.name in case]
        named = {name: terms.build(each) for name, each in case.items()}
        function(*[named.pop(p.name) for p in first], **named)
    except BaseException:  # noqa: BLE001 - whatever the repository's code raises
        return False
    return True


def _bound(signature: inspect.Signature, calls: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for call in calls:
        try:
            arguments = [terms.unpacked(each) for each in call["arguments"]]
            named = {name: terms.unpacked(each) for name, each in call["keywords"].items()}
            case = dict(signature.bind(*arguments, **named).arguments)
        except (terms.NoTerm, TypeError):
            continue
        if case not in found:
            found.append(case)
    return found


def _slots(
    function: Any, signature: inspect.Signature, seeds: Sequence[dict[str, Any]]
) -> list[Slot]:
    hints = specs.hints_of(function)
    slots: list[Slot] = []
    for name, parameter in signature.parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        optional = parameter.default is not parameter.empty
        seen = [case[name] for case in seeds if name in case]
        spec, origin = _known(function, name, hints.get(name), parameter, seen)
        keyword = parameter.kind is parameter.KEYWORD_ONLY or any(each.optional for each in slots)
        if spec is None or (keyword and parameter.kind is parameter.POSITIONAL_ONLY):
            if not optional:
                raise NoHarness(f"nobody knows what `{name}` takes")
            continue
        default = [parameter.default] if optional else []
        bounded = specs.bounded(spec, [*seen, *default])
        slots.append(Slot(name, bounded, origin, keyword, optional))
    if not slots:
        raise NoHarness("it takes nothing that could be varied")
    return slots


def _known(
    function: Any, name: str, hint: Any, parameter: inspect.Parameter, seen: Sequence[Any]
) -> tuple[Spec | None, str]:
    """The type and how it is known, the surest way first."""
    if hint is not None and hint is not Any and hint is not object:
        spec = specs.of_annotation(hint)
        if spec is not None:
            return spec, "annotation"
    if seen:
        spec = specs.of_terms(seen)
        if spec is not None:
            return spec, "recorded"
    if hint is not None and hint is not Any:
        return None, ""
    spec = specs.of_words(function, name)
    if spec is not None:
        return spec, "docstring"
    default = parameter.default
    if default not in (parameter.empty, None) and isinstance(
        default, bool | int | float | str | bytes
    ):
        return specs.of_terms([default]), "default"
    needed = default is parameter.empty
    return specs.of_name(name) or (specs.of_nothing(name) if needed else None), "name"
