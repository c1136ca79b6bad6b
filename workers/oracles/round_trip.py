"""What one function makes of a value, its sibling makes the value of: dumps and loads.

Names alone are a guess: some pairs lose something on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.db.symbol_graph import Definition
from workers.oracles.base import Promise, is_public

_PAIRS = (
    *(("dumps", "loads"), ("dump", "load"), ("encode", "decode"), ("quote", "unquote")),
    *(("escape", "unescape"), ("pack", "unpack"), ("serialize", "deserialize")),
    *(("compress", "decompress"), ("encrypt", "decrypt"), ("format", "parse"), ("sign", "unsign")),
    *(("freeze", "thaw"), ("flatten", "unflatten"), ("zip", "unzip"), ("to_", "from_")),
)


def promises(path: str, definitions: Sequence[Definition]) -> list[Promise]:
    """Pairs of siblings: functions of one file, or methods of one class."""
    known = {each.qualified: each for each in definitions if each.kind in ("function", "method")}
    found = []
    for qualified, definition in known.items():
        other = sibling(qualified)
        if other in known and is_public(definition):
            says = f"`{other}` gives back what `{qualified}` was given"
            found.append(Promise("round_trip", path, qualified, says, definition.name))
    return found


def sibling(qualified: str) -> str:
    """The name of what leads back; '' where the name does not say."""
    outer, dot, name = qualified.rpartition(".")
    for forth, back in _PAIRS:
        if forth in name and back not in name:
            return f"{outer}{dot}{name.replace(forth, back, 1)}"
    return ""
