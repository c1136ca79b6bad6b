"""How Thoughts ask a model: a prompt of a template, what is hostile between marks that nobody can
guess, and a reply in JSON that is checked."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import jinja2

from core.errors import TryLater, UserError
from workers.model import Schema
from workers.thoughts.tools import OverLimit, Tools

_PROMPTS = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent.parent / "prompts"),
    autoescape=False,  # noqa: S701 - prompts are text, and what is quoted in them is delimited
    undefined=jinja2.StrictUndefined,
)


async def asked(
    tools: Tools, template: str, schema: Schema, *, system: dict[str, Any], user: dict[str, Any]
) -> dict[str, Any]:
    """The model's JSON; {} where there is no model, no tokens, or no JSON."""
    nonce = secrets.token_hex(4)
    module: Any = _PROMPTS.get_template(f"{template}.md.j2").module
    messages = [
        {"role": "system", "content": str(module.system(nonce, **system))},
        {"role": "user", "content": str(module.asked(nonce, **user))},
    ]
    try:
        reply = await tools.chat(messages, schema=schema)
        said = json.loads(reply.content[reply.content.index("{") : reply.content.rindex("}") + 1])
    except (OverLimit, UserError, TryLater) as error:
        tools.log(f"The model was not asked: {error}")
        return {}
    except (ValueError, RecursionError):
        tools.log("The model did not reply in JSON.")
        return {}
    return said if isinstance(said, dict) else {}


def texts(**names: str) -> dict[str, Any]:
    """A schema for an object of strings; the values say what each is for."""
    properties = {name: {"type": "string", "description": why} for name, why in names.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": list(names),
        "additionalProperties": False,
    }
