"""A check of a commit ended: a job of GitHub Actions, or another App's."""

from bot.decision import Decision, Ignore, noted
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    action = payload.text("action")
    if action != "completed":
        return Ignore(f"nothing follows from check_run.{action}")
    name = f"check_run {payload.text('check_run.name')}"
    return noted(payload, commit="check_run.head_sha", conclusion="check_run.conclusion", name=name)
