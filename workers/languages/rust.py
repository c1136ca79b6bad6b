"""Rust."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_rust

from workers.languages.base import Binding, Language

# What commas separate, braces within kept whole, four levels of them.
_LISTED = re.compile(r"(?:[^,{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})+")
_GENERICS = re.compile(r"<.*", re.DOTALL)


def dotted(name: str) -> str:
    """The type '&fmt::Writer<T>' of an impl is 'Writer'."""
    return _GENERICS.sub("", name).rpartition("::")[2].strip("&* ")


def binding(module: str, name: str, local: str) -> Iterator[Binding]:
    """'use a::{b, c::D as E, f::*}'; 'mod a;'."""
    yield from _uses("", module.strip(), 8)


def _uses(path: str, tree: str, depth: int) -> Iterator[Binding]:
    head, brace, inner = tree.partition("{")
    if brace and depth:
        for each in _LISTED.findall(inner.rpartition("}")[0]):
            yield from _uses(f"{path}{head.strip()}", each.strip(), depth - 1)
        return
    whole, _, local = (part.strip() for part in f"{path}{head}".partition(" as "))
    module, _, last = whole.rpartition("::")
    if last == "self":
        module, _, last = module.rpartition("::")
    if last == "*":
        yield module, "*", "*"
    elif module:
        yield module, last, local or last
    elif last:
        yield f"self::{last}", "", local or last


LANGUAGE = Language(
    name="rust",
    extensions=(".rs",),
    grammar=tree_sitter_rust.language,
    queries=("rust",),
    dotted=dotted,
    binding=binding,
    selves=frozenset({"self", "Self"}),
    typed="after",
    returns=re.compile(r"->\s*&?(?:'\w+\s+)?(?:mut\s+)?(?:(?:Option|Result|Box|Arc|Rc)<)?([\w:]+)"),
)
