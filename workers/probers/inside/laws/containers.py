"""What can be counted has as many members as it says, keeps what is put in, and has a copy of its
own."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

from ..package import Callable_
from ..pool import Pool
from ..trial import Trial

_MOST = 10
_LAWS = (
    (
        "__len__",
        "length",
        "assert len(value) == len(list(value))",
        "has as many members as it says",
    ),
    (
        *("__getitem__", "first"),
        "members = list(value)\n"
        "assert not members or hasattr(value, 'keys') or value[0] == members[0]",
        "begins with its first member",
    ),
    (
        *("__reversed__", "reversed"),
        "assert list(reversed(value)) == list(value)[::-1]",
        "is itself when it is turned round",
    ),
    (
        *("__iter__", "again"),
        "assert iter(value) is value or list(value) == list(value)",
        "has the same members each time",
    ),
)
_FILLED = "value = {one}\nvalue[1] = 'a'\nvalue[2] = 'b'\n"
_MAPPING = (
    ("__setitem__", "kept", "value[3] = 'c'\nassert value[3] == 'c'", "keeps what is put in"),
    (
        *("__delitem__", "deleted"),
        "had = 1 in value\nif had:\n    del value[1]\nassert 1 not in value",
        "has no longer what is deleted",
    ),
    (
        "__len__",
        "length",
        "assert len(value) == len(list(value))",
        "has as many members as it says",
    ),
    ("clear", "cleared", "value.clear()\nassert len(list(value)) == 0", "is empty once cleared"),
    (
        *("copy", "copied"),
        "before = list(value)\nother = value.copy()\nother.clear()\nassert list(value) == before",
        "does not change with its copy",
    ),
    (
        *("__copy__", "copied"),
        "import copy\nbefore = list(value)\nother = copy.copy(value)\nother.clear()\n"
        "assert list(value) == before",
        "does not change with its copy",
    ),
)


def trials(pool: Pool) -> Iterator[Trial]:
    for kind, texts in pool.of_classes():
        # What has items alone is gone through by numbers, which nobody may have meant.
        for law in _LAWS if hasattr(kind.target, "__iter__") else ():
            for one in texts[:_MOST]:
                yield from _one(pool, kind, law, f"value = {one}\n")
        if issubclass(kind.target, MutableMapping):
            for law in _MAPPING:
                for one in texts[:_MOST]:
                    yield from _one(pool, kind, law, _FILLED.format(one=one))


def _one(
    pool: Pool, kind: Callable_, law: tuple[str, str, str, str], start: str
) -> Iterator[Trial]:
    name, of, holds, words = law
    method = pool.package.method(kind.target, name)
    if method is not None:
        says = f"a `{kind.symbol}` {words}"
        place = (method.module, method.symbol, method.line)
        yield Trial("containers", *place, says, start + holds, f"{of} of {kind.symbol}")
