"""C, and headers that may be C++."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_c

from workers.languages.base import Binding, Language

# 'greet(int x)', '*const *names(void)' and '(*listener)(int)', templates taken out before.
_CALLED = re.compile(
    r"(?<!\w)((?:\w+::)*(?:operator\s*(?:\(\)|[^\s\w(]+|[\w *&]+)|~?\w+))\s*\)?\s*\("
)
_PLAIN = re.compile(r"(?<!\w)(?!(?:const|volatile|restrict|static)\b)[A-Za-z_$][\w$]*(?:::~?\w+)*")
_LONGEST = 2_000
_TEMPLATE = re.compile(r"(?<=\w)<[^<>()]*>")
RETURNS = re.compile(
    r"^(?:(?:static|inline|const|virtual|extern|struct)\s+)*([A-Za-z_][\w:]*)[\s*&]+\w"
)
_CPP = re.compile(
    r"^[^\S\n]*(?:class\s+\w+[^;]*$|namespace\b|template\s*<|using\s+\w|(?:public|private|protected)\s*:)",
    re.MULTILINE,
)


def dotted(declarator: str) -> str:
    """The name in a declarator: 'Greeter<T>::greet(int x) const' is 'Greeter.greet'."""
    declarator = declarator[:_LONGEST]
    shorter = _TEMPLATE.sub("", declarator)
    while shorter != declarator:
        declarator, shorter = shorter, _TEMPLATE.sub("", shorter)
    called = _CALLED.search(declarator)
    plain = called or _PLAIN.search(declarator)
    name = (called[1] if called else plain[0]) if plain else declarator
    return name.replace("::", ".")


def instead(text: str) -> str:
    """A header that speaks C++ is read by its grammar."""
    return "cpp" if _CPP.search(text) else ""


def binding(module: str, name: str, local: str) -> Iterator[Binding]:
    """'#include': every name of the file is seen."""
    yield module.strip('<>"'), "*", "*"


LANGUAGE = Language(
    name="c",
    extensions=(".c", ".h"),
    grammar=tree_sitter_c.language,
    queries=("c",),
    dotted=dotted,
    imported=lambda path: path.strip('<>"'),
    binding=binding,
    typed="before",
    returns=RETURNS,
    instead=instead,
)
