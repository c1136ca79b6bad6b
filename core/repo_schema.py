"""The JSON Schema of .github/ponder.yml, and the few rules of JSON Schema that it uses.

docs/ponder.schema.json is what `schema` returns; a test keeps them equal.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from core.budget import RESOURCES
from core.learning import KINDS
from core.quiet import DAYS
from core.yaml_lines import Place

URL_PATH = "/schema/ponder.yml.json"
"""Where the web serves it."""

Schema = Mapping[str, Any]


def _object(description: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **more,
    }


def _switch(description: str, default: bool) -> dict[str, Any]:
    return {"description": description, "type": "boolean", "default": default}


def _number(description: str, least: int, most: int, default: int) -> dict[str, Any]:
    return {
        "description": description,
        "type": "integer",
        "minimum": least,
        "maximum": most,
        "default": default,
    }


def _texts(description: str, *, most: int = 200, longest: int = 500, **more: Any) -> dict[str, Any]:
    items = {"type": "string", "minLength": 1, "maxLength": longest}
    return {
        "description": description,
        "type": "array",
        "maxItems": most,
        "items": items,
        **more,
    }


_PATTERNS = "Patterns, as in a .gitignore, of files that are"

_INSTRUCTION = _object(
    "What to look for in files of these paths.",
    {
        "paths": _texts("Patterns, as in a .gitignore.", most=50, minItems=1),
        "text": {
            "description": "In plain words. It guides what is looked for, and commands nothing.",
            "type": "string",
            "minLength": 1,
            "maxLength": 4_000,
        },
    },
    required=["paths", "text"],
)

_REVIEW = _object(
    "Reviews of pull requests.",
    {
        "on": _switch("Whether pull requests are reviewed unasked. `review` always works.", True),
        "drafts": _switch("Whether drafts are reviewed before they are ready.", False),
        "bots": _switch("Whether pull requests of bots are reviewed.", False),
        "ignore": _texts(f"{_PATTERNS} not reviewed.", default=[]),
        "labels": _texts(
            "Labels that ask for a review when they are put on.",
            most=20,
            longest=100,
            default=["ponder"],
        ),
        "skip_labels": _texts(
            "Pull requests with one of these labels are left alone.",
            most=20,
            longest=100,
            default=["no-ponder"],
        ),
        "max_inline": _number(
            "Comments beside lines in one round; what is found besides is an annotation of the "
            "check.",
            0,
            10,
            3,
        ),
        "rounds": _number(
            "Reviews of one pull request that pushes set off; then Ponder waits to be asked.",
            1,
            100,
            10,
        ),
        "per_hour": _number(
            "Reviews of one pull request within an hour, however often it is pushed to; the next "
            "one waits.",
            1,
            60,
            6,
        ),
        "tests": _switch(
            "Whether the tests nearest to a change are run, in the sandbox, so that what it breaks "
            "is told.",
            True,
        ),
        "summary": {
            "description": "Where a review is summed up: in its `check` alone; in one `comment`, "
            "too, that is edited; `auto`: in a comment only where there is a problem in files that "
            "the diff does not show. Where nothing is found there is no comment.",
            "enum": ["auto", "check", "comment"],
            "default": "auto",
        },
        "block": _texts(
            "Rules whose findings make the check fail; `*` stands for any characters. Without any, "
            "the check only advises.",
            most=100,
            longest=200,
            default=[],
        ),
        "instructions": {
            "description": "What to look for, by path.",
            "type": "array",
            "maxItems": 50,
            "items": _INSTRUCTION,
            "default": [],
        },
    },
)

_DRAFTS = _object(
    "Draft pull requests, which somebody with write access asks for.",
    {
        "max_files": _number("Files that one may change.", 1, 50, 10),
        "max_lines": _number("Lines that one may add and remove.", 1, 2_000, 400),
        "max_open": _number("How many may be open at once.", 0, 2, 2),
    },
)


def _budget() -> dict[str, Any]:
    amount = {"type": "number", "minimum": 0}
    capped = {"type": ["number", "null"], "minimum": 0}
    return _object(
        "What may be spent.",
        {
            "per_hour": {"description": "What flows in.", **amount},
            "burst": {"description": "What is saved up at most.", **amount},
            "per_day": capped,
            "per_month": capped,
        },
    )


_HOURS = _object(
    "When nothing is thought.",
    {
        "time_zone": {
            "description": "A name such as Europe/Berlin.",
            "type": "string",
            "default": "UTC",
        },
        "night_only": _switch("Think between 22:00 and 06:00 alone.", False),
        "quiet": {
            "description": "Hours in which nothing is thought by itself.",
            "type": "array",
            "maxItems": 20,
            "items": _object(
                "From one time of the day to another.",
                {
                    "from": {"$ref": "#/$defs/clock"},
                    "to": {"$ref": "#/$defs/clock"},
                    "days": {"type": "array", "items": {"enum": list(DAYS)}},
                },
                required=["from", "to"],
            ),
        },
    },
)

_LEARNING = _object(
    "Continual Learning. A person's settings count before these, and these may only lower what is "
    "spent.",
    {
        "on": {
            "description": "Whether Ponder thinks about this repository in the background.",
            "type": "boolean",
        },
        "budgets": _object(
            "What may be spent of each resource.",
            {name: {"$ref": "#/$defs/budget"} for name in RESOURCES},
        ),
        "quiet_hours": _HOURS,
        "thoughts": {
            "description": "Only Thoughts of these kinds.",
            "type": "array",
            "items": {"enum": list(KINDS)},
        },
        "exclude": _texts(f"{_PATTERNS} not the subject of a Thought of their own."),
        "cadence": _object(
            "When a Thought about the whole repository comes round by itself, as cron writes it: "
            "minute, hour, day of the month, month, weekday; in the time zone of the quiet hours.",
            {kind: {"$ref": "#/$defs/cron"} for kind in KINDS},
        ),
    },
)

_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "ponder.schema.json",
    "title": ".github/ponder.yml",
    **_object(
        "How Ponder works on a repository. Read from the default branch only.",
        {
            "exclude": _texts(f"{_PATTERNS} not indexed.", default=[]),
            "review": _REVIEW,
            "drafts": _DRAFTS,
            "agents": _switch("Whether AGENTS.md guides reviews.", True),
            "onboarding": _switch("Whether Ponder may introduce itself in an issue.", True),
            "dashboard": _switch("Whether one issue shows what waits for a person.", False),
            "learning": _LEARNING,
        },
        type=["object", "null"],
    ),
    "$defs": {
        "budget": _budget(),
        "clock": {
            "description": "HH:MM",
            "type": "string",
            "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
        },
        "cron": {
            "description": "Such as '0 3 * * 1-5'.",
            "type": "string",
            "pattern": "^\\S+( +\\S+){4}$",
            "maxLength": 100,
        },
    },
}


def schema() -> dict[str, Any]:
    """The JSON Schema, for editors and for `broken`."""
    return _SCHEMA


def broken(value: Any, rules: Schema, at: Place = ()) -> Iterator[tuple[Place, str]]:
    """Where a value does not follow the schema, and what to mend: 'must be a number', say."""
    if "$ref" in rules:
        rules = _SCHEMA["$defs"][rules["$ref"].rpartition("/")[2]]
    if "enum" in rules:
        if value not in rules["enum"]:
            yield at, f"must be one of {', '.join(rules['enum'])}"
    elif not _is_of(value, rules["type"]):
        yield at, f"must be {_named(rules)}"
    elif isinstance(value, dict):
        yield from _broken_object(value, rules, at)
    elif isinstance(value, list):
        yield from _broken_list(value, rules, at)
    elif reason := _broken_scalar(value, rules):
        yield at, reason


def _broken_object(value: dict[Any, Any], rules: Schema, at: Place) -> Iterator[tuple[Place, str]]:
    known = rules["properties"]
    for key, item in value.items():
        if key in known:
            yield from broken(item, known[key], (*at, key))
        else:
            yield (*at, str(key)[:40]), unknown(str(key), list(known), at)
    for key in rules.get("required", ()):
        if key not in value:
            yield at, f"needs '{key}'"


def unknown(key: str, known: list[str], at: Place) -> str:
    """Of a key that is no setting: what was meant, or what there is."""
    where = f" of {at[-1]}" if at and isinstance(at[-1], str) else ""
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}"
    return f"is no setting{where}; {hint}"


def _broken_list(value: list[Any], rules: Schema, at: Place) -> Iterator[tuple[Place, str]]:
    if len(value) > rules.get("maxItems", len(value)):
        yield at, f"must have at most {rules['maxItems']} entries"
    if len(value) < rules.get("minItems", 0):
        yield at, "must not be empty"
    for number, item in enumerate(value[: rules.get("maxItems")]):
        yield from broken(item, rules["items"], (*at, number))


def _broken_scalar(value: Any, rules: Schema) -> str:
    if isinstance(value, str):
        if not rules.get("minLength", 0) <= len(value) <= rules.get("maxLength", len(value)):
            most = rules.get("maxLength")
            return f"must have between 1 and {most} characters" if most else "must not be empty"
        if "pattern" in rules and not re.search(rules["pattern"], value):
            return f"must be written like this: {rules['description'].rstrip('.')}"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        least, most = rules.get("minimum", value), rules.get("maximum", value)
        if not least <= value <= most:
            return (
                f"must be between {least} and {most}" if "maximum" in rules else "must be 0 or more"
            )
    return ""


_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "object": ((dict,), "an object"),
    "array": ((list,), "a list"),
    "string": ((str,), "text"),
    "boolean": ((bool,), "true or false"),
    "integer": ((int,), "a whole number"),
    "number": ((int, float), "a number"),
    "null": ((type(None),), "empty"),
}


def _is_of(value: Any, types: str | list[str]) -> bool:
    return any(
        isinstance(value, _TYPES[name][0]) and (name == "boolean" or not isinstance(value, bool))
        for name in ([types] if isinstance(types, str) else types)
    )


def _named(rules: Schema) -> str:
    types = rules["type"] if isinstance(rules["type"], list) else [rules["type"]]
    named = " or ".join(_TYPES[name][1] for name in types)
    return f"{named} of patterns" if "Patterns" in rules.get("description", "") else named
