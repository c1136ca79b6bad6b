"""JavaScript, JSX included."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_javascript

from workers.languages.base import Binding, Language

_NOISE = re.compile(r"\b(?:module\.exports|exports|prototype|this)(?:\.|$)")


def dotted(name: str) -> str:
    """'exports.parse' is 'parse'; 'Reply.prototype.send' is 'Reply.send'."""
    return _NOISE.sub("", name).strip("\"'.") or "exports"


def imported(path: str) -> str:
    return path.strip("\"'`")


def binding(module: str, name: str, local: str) -> Iterator[Binding]:
    """'import x from' and 'export default' are about the name 'default'."""
    module = imported(module)
    name, local = imported(name), imported(local)
    if not module:
        # What this file has, under another name: 'export default x', 'module.exports = x'.
        yield "", name, local or "default"
    elif name.startswith("*"):
        yield module, "" if local else "*", local or "*"
    elif name:
        yield module, name, local or name
    else:
        yield module, "default", local


# What arrays, strings, maps and promises can do says nothing about a method of the repository.
BUILTIN_MEMBERS = frozenset(
    (
        "push pop shift unshift slice splice concat join map filter reduce forEach some every find "
        "findIndex includes indexOf keys values entries has get set add delete clear toString "
        "valueOf then catch finally split replace trim match test exec call apply bind length "
        "hasOwnProperty sort reverse flat flatMap charAt charCodeAt startsWith endsWith padStart "
        "toLowerCase toUpperCase toFixed next return throw log error warn name message"
    ).split()
)

LANGUAGE = Language(
    name="javascript",
    extensions=(".js", ".jsx", ".mjs", ".cjs"),
    file_names=("Jakefile",),
    interpreters=("node", "nodejs", "bun"),
    grammar=tree_sitter_javascript.language,
    queries=("ecmascript", "javascript", "jsx"),
    dotted=dotted,
    imported=imported,
    binding=binding,
    selves=frozenset({"this", "super"}),
    typed="value",
    infers_returns=True,
    builtin_members=BUILTIN_MEMBERS,
)
