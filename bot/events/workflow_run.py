"""A workflow of GitHub Actions ended."""

from bot.decision import Decision, Ignore, noted
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    action = payload.text("action")
    if action != "completed":
        return Ignore(f"nothing follows from workflow_run.{action}")
    return noted(
        payload,
        commit="workflow_run.head_sha",
        conclusion="workflow_run.conclusion",
        name=f"workflow_run {payload.text('workflow_run.name')}",
    )
