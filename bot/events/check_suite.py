"""All checks that one App made of a commit ended; or somebody wants Ponder's once more."""

from bot.decision import Decision, Ignore, noted
from bot.events.check_run import pressed
from bot.payload import Payload


def decide(payload: Payload, slug: str) -> Decision:
    action = payload.text("action")
    app = payload.get("check_suite.app.slug")
    if app == slug:
        return pressed(payload, "check_suite", "rerun" if action == "rerequested" else None)
    if action != "completed":
        return Ignore(f"nothing follows from check_suite.{action}")
    return noted(
        payload,
        commit="check_suite.head_sha",
        conclusion="check_suite.conclusion",
        name=f"check_suite {app if isinstance(app, str) else ''}".strip(),
    )
