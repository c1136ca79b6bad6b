"""Values as people write them in JavaScript."""

from __future__ import annotations

import json
import re
from typing import Any

from workers.explorers.ecmascript.style import Style

NAME = re.compile(r"[A-Za-z_$][\w$]*")


def told(raw: Any, style: Style) -> str:
    """A packed value as people write it."""
    if isinstance(raw, str):
        return style.quoted(raw)
    if isinstance(raw, list):
        return f"[{', '.join(told(each, style) for each in raw)}]"
    if isinstance(raw, dict):
        if "$" in raw:
            return "undefined"
        fields = ", ".join(
            f"{_key(name, style)}: {told(each, style)}" for name, each in raw.items()
        )
        return f"{{ {fields} }}" if fields else "{}"
    return json.dumps(raw)


def _key(name: str, style: Style) -> str:
    name = re.sub(r"^\$\$", "$", name)
    return name if NAME.fullmatch(name) else style.quoted(name)
