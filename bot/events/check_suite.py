"""All checks that one App made of a commit ended."""

from bot.decision import Decision, Ignore, noted
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    action = payload.text("action")
    if action != "completed":
        return Ignore(f"nothing follows from check_suite.{action}")
    app = payload.get("check_suite.app.slug")
    return noted(
        payload,
        commit="check_suite.head_sha",
        conclusion="check_suite.conclusion",
        name=f"check_suite {app if isinstance(app, str) else ''}".strip(),
    )
