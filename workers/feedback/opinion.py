"""What a reply in free words makes of what Ponder said, as a model reads it. The reply is hostile
text: all that comes of it is one of a few words, and all that follows is a row of feedback.

Renders prompts/opinion.md.j2.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import jinja2

from core.errors import TryLater, UserError
from workers.model import Budget, Endpoint, Schema

TOKENS = 2_000
"""What one reply may cost."""

_SECONDS = 30.0
_LONGEST = 1_500
_VERDICTS = ("false_positive", "dismissed", "useless", "accepted")
_SCHEMA = Schema(
    "opinion",
    {
        "type": "object",
        "properties": {"verdict": {"type": "string", "enum": [*_VERDICTS, "none"]}},
        "required": ["verdict"],
        "additionalProperties": False,
    },
)
_PROMPT: Any = (
    jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent.parent / "prompts"),
        autoescape=False,  # noqa: S701 - prompts are text, and what is quoted in them is delimited
        undefined=jinja2.StrictUndefined,
    )
    .get_template("opinion.md.j2")
    .module
)


async def opinion(endpoint: Endpoint, said: str, reply: str) -> str:
    """A word of bot.verdict, or '' where it says nothing plainly, or no model could be asked."""
    nonce = secrets.token_hex(8)
    messages = [
        {"role": "system", "content": str(_PROMPT.system(nonce))},
        {"role": "user", "content": str(_PROMPT.asked(nonce, said[:_LONGEST], reply[:_LONGEST]))},
    ]
    budget = Budget(_SECONDS, TOKENS, reply_tokens=50)
    try:
        told = (await endpoint.chat(messages, budget=budget, schema=_SCHEMA)).content
        answer = json.loads(told[told.index("{") : told.rindex("}") + 1])
    except (UserError, TryLater, ValueError, RecursionError):
        return ""
    verdict = answer.get("verdict") if isinstance(answer, dict) else None
    return verdict if verdict in _VERDICTS else ""
