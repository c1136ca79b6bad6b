"""JavaScript, JSX included."""

from __future__ import annotations

import re

import tree_sitter_javascript

from workers.languages.base import Language

_NOISE = re.compile(r"\b(?:module\.exports|exports|prototype|this)(?:\.|$)")


def dotted(name: str) -> str:
    """'exports.parse' is 'parse'; 'Reply.prototype.send' is 'Reply.send'."""
    return _NOISE.sub("", name).strip("\"'.") or "exports"


def imported(path: str) -> str:
    return path.strip("\"'`")


LANGUAGE = Language(
    name="javascript",
    extensions=(".js", ".jsx", ".mjs", ".cjs"),
    file_names=("Jakefile",),
    interpreters=("node", "nodejs", "bun"),
    grammar=tree_sitter_javascript.language,
    queries=("ecmascript", "javascript", "jsx"),
    dotted=dotted,
    imported=imported,
)
