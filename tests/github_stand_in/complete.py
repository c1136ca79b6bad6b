"""Fill what a published example lacks of its published description: some examples are older."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

_PLAIN = {"string": "", "integer": 0, "number": 0, "boolean": False, "null": None}
_FORMATS = {"date-time": "2026-01-01T00:00:00Z", "uri": "https://github.com/octo"}


def completed(schema: Json, value: Any, components: Json) -> Any:
    """The value with every required property there, in all its depths."""
    schema = _chosen(_resolved(schema, components), value, components)
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        filled = {
            key: completed(known[key], item, components) if key in known else item
            for key, item in value.items()
        }
        missing = [key for key in schema.get("required", []) if key not in filled]
        return filled | {key: _least(known[key], components) for key in missing}
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [completed(schema["items"], item, components) for item in value]
    return value


def _resolved(schema: Json, components: Json) -> Json:
    while reference := schema.get("$ref"):
        kind, name = reference.removeprefix("#/components/").split("/", 1)
        schema = components[kind][name]
    return schema


def _chosen(schema: Json, value: Any, components: Json) -> Json:
    """Of alternatives, the one for an object if the value is one."""
    for part in (*schema.get("anyOf", []), *schema.get("oneOf", []), *schema.get("allOf", [])):
        resolved = _resolved(part, components)
        if isinstance(value, dict) and "properties" in resolved:
            return resolved
    return schema


def _least(schema: Json, components: Json) -> Any:
    """The smallest value that a schema allows."""
    schema = _resolved(schema, components)
    if "enum" in schema:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if parts := schema.get(key):
            kinds = [_resolved(part, components) for part in parts]
            return None if {"type": "null"} in kinds else _least(kinds[0], components)
    kind = schema.get("type", "null")
    if isinstance(kind, list):
        kind = "null" if "null" in kind else kind[0]
    if kind == "array":
        return []
    if kind == "object":
        return completed(schema, {}, components)
    return _FORMATS.get(schema.get("format", ""), _PLAIN[kind])
