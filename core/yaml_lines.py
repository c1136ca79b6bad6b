"""YAML as untrusted people write it: plain values, and the line on which each begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_BYTES = 64 << 10
_DEEPEST = 20
_LONGEST = 120
_STANDARD = "tag:yaml.org,2002:"
_TAGS = frozenset({"map", "seq", "str", "int", "float", "bool", "null", "timestamp"})

Place = tuple[str | int, ...]
"""Where a value stands: keys, and positions in lists from 0."""


class Unreadable(Exception):
    """No YAML, or more of it than anybody needs; `line` counts from 1."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(slots=True)
class Document:
    """`lines` knows each place, '()' being the whole; `twice` has keys that stand there twice."""

    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    twice: list[tuple[Place, int]] = field(default_factory=list)


def read(content: bytes) -> Document:
    """Raise Unreadable. No tag makes an object; anchors, with which a short file can be made to
    mean gigabytes, are refused."""
    if len(content) > MAX_BYTES:
        raise Unreadable(f"is larger than {MAX_BYTES >> 10} KiB")
    try:
        _refuse_bombs(content)
        root = yaml.compose(content, Loader=yaml.SafeLoader)
        document = Document()
        document.value = _value(root, (), document) if root else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        why = f" ({' '.join(error.problem.split())[:_LONGEST]})" if error.problem else ""
        raise Unreadable(f"is not valid YAML{why}", mark.line + 1 if mark else 1) from error
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        raise Unreadable("is not valid YAML") from error
    return document


def _refuse_bombs(content: bytes) -> None:
    """Before anything is built: what is nested deeper costs the square of its depth to scan."""
    depth = 0
    for event in yaml.parse(content, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if getattr(event, "anchor", None):
            raise Unreadable("has an anchor or an alias; write the value out", line)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise Unreadable("is nested too deeply", line)


def _value(node: yaml.Node, at: Place, document: Document) -> Any:
    document.lines.setdefault(at, node.start_mark.line + 1)
    if node.tag.removeprefix(_STANDARD) not in _TAGS:
        raise Unreadable("has a tag; only plain values are read", node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, at, document)
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, (*at, number), document) for number, each in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, at: Place, document: Document) -> dict[Any, Any]:
    made: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = str(_scalar(key_node)) if isinstance(key_node, yaml.ScalarNode) else "?"
        if key_node.value in ("on", "off", "yes", "no"):
            key = key_node.value  # YAML 1.1 takes these for true and false
        place = (*at, key)
        if key in made:
            document.twice.append((place, key_node.start_mark.line + 1))
        document.lines[place] = key_node.start_mark.line + 1
        made[key] = _value(value_node, place, document)
    return made


def _scalar(node: yaml.Node) -> Any:
    """As the safe loader makes it. A date, which JSON has not, is left as it was written."""
    if node.tag == f"{_STANDARD}timestamp":
        return node.value
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    finally:
        loader.dispose()
