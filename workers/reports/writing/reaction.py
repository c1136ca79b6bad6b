"""A reaction to a comment. Adding it again changes nothing, so none is looked for.

target: {"kind": "issues" | "pulls", "comment_id"}; {"number"}, for an issue or a pull request; or
{"node_id"}, for a review, which only GraphQL can react to
content: {"content": "eyes" | "+1" | …}
"""

from __future__ import annotations

from core.db.intents import Intent
from workers.reports.writing.base import Found, Made, Pen, talking

_COMMENTS = ("issues", "pulls")
_REACT = """
mutation ($subject: ID!, $content: ReactionContent!) {
  addReaction(input: {subjectId: $subject, content: $content}) { reaction { id databaseId } }
}
"""
_NAMES = {"+1": "THUMBS_UP", "-1": "THUMBS_DOWN"}
"""What GraphQL calls those that it does not call the same."""


def permissions(intent: Intent) -> dict[str, str]:
    return talking(intent) if intent.target.get("kind") != "pulls" else {"pull_requests": "write"}


async def write(pen: Pen, intent: Intent) -> Made:
    target, content = intent.target, intent.content["content"]
    if "node_id" in target:
        return await _of_review(pen, target["node_id"], content)
    place = (
        f"{target['kind']}/comments/{target['comment_id']}"
        if target.get("kind") in _COMMENTS
        else f"issues/{target['number']}"
    )
    said = {"content": content}
    row = await pen.send("POST", f"/{place}/reactions", said, "add a reaction")
    return Made(row["id"], row.get("node_id", ""))


async def _of_review(pen: Pen, node_id: str, content: str) -> Made:
    variables = {"subject": node_id, "content": _NAMES.get(content, content.upper())}
    added = await pen.mutate(_REACT, variables, "add a reaction")
    reaction = added["addReaction"]["reaction"]
    return Made(reaction["databaseId"], reaction["id"])


async def change(pen: Pen, intent: Intent) -> Made:
    """The one before stays: a reaction is seen once, and taking it back would only puzzle."""
    return await write(pen, intent)


async def find(pen: Pen, intent: Intent) -> Found | None:
    return None
