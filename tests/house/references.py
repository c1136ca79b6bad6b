"""Tables of docs/github-app.md that are made from the code. `python -m tests.house.references`
writes them anew; a test keeps them equal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.commands import WORDS
from core import repo_schema
from tests.house.tree import ROOT, read

PAGE = "docs/github-app.md"


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def commands() -> str:
    rows = ((f"`{name}`{' ✎' if w.needs_write else ''}", w.summary) for name, w in WORDS.items())
    return _table(("say", "and Ponder will"), rows)


def permissions() -> str:
    """With the reasons that app.yml gives beside its lines."""
    asked = read("app.yml").partition("default_permissions:")[2].partition("\n\n")[0]
    found = re.findall(r"^  (\w+): (\w+) +# (.+)$", asked, re.MULTILINE)
    return _table(("permission", "why"), ((f"`{n}: {level}`", why) for n, level, why in found))


def settings() -> str:
    """Every key of .github/ponder.yml, from its schema."""
    rows = _settings("", repo_schema.schema()["properties"])
    return _table(("setting", "what it says", "unless said"), rows)


def _settings(before: str, properties: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for name, each in properties.items():
        if any("description" in inner for inner in each.get("properties", {}).values()):
            yield from _settings(f"{before}{name}.", each["properties"])
        else:
            default = f"`{json.dumps(each['default'])}`" if "default" in each else ""
            said = each.get("description", "").replace("|", "\\|")
            yield f"`{before}{name}`", said, default


TABLES: dict[str, Callable[[], str]] = {
    "commands": commands,
    "permissions": permissions,
    "settings": settings,
}


def written(text: str) -> str:
    """A page with its tables as they should be."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, found, rest = text.partition(begin)
        assert found, f"the page has no place for {name}"
        text = f"{before}{begin}{table()}\n{end}{rest.partition(end)[2]}"
    return text


if __name__ == "__main__":
    (ROOT / PAGE).write_text(written(read(PAGE)), encoding="utf-8")
