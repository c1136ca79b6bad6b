"""A check of a commit ended: a job of GitHub Actions, or another App's. Of Ponder's own somebody
pressed a button."""

from bot.decision import NO_INSTALLATION, Decision, Ignore, Press, noted, origin
from bot.mention import is_bot
from bot.payload import Payload

OWN = Ignore("it is a check of Ponder's own, and says nothing new")


def decide(payload: Payload, slug: str) -> Decision:
    action = payload.text("action")
    if payload.get("check_run.app.slug") == slug:
        return pressed(payload, "check_run", _ASKED.get(action))
    if action != "completed":
        return Ignore(f"nothing follows from check_run.{action}")
    name = f"check_run {payload.text('check_run.name')}"
    return noted(payload, commit="check_run.head_sha", conclusion="check_run.conclusion", name=name)


_ASKED = {"rerequested": "rerun", "requested_action": ""}


def pressed(payload: Payload, event: str, asked: str | None) -> Decision:
    """`asked` is what it stands for, '' where the button's identifier says so, None for nothing."""
    if asked is None:
        return OWN
    if is_bot(payload, event):
        return Ignore("Ponder does not listen to bots, itself included")
    place = origin(payload)
    if place is None:
        return NO_INSTALLATION
    return Press(
        place,
        asked or payload.text("requested_action.identifier"),
        payload.text("sender.login"),
        payload.text(f"{event}.head_sha"),
        _number(payload, event),
    )


def _number(payload: Payload, event: str) -> int | None:
    """Of the pull request, where there is just one and it is no fork's."""
    pulls = payload.get(f"{event}.pull_requests")
    if not isinstance(pulls, list) or len(pulls) != 1:
        return None
    return payload.rows(f"{event}.pull_requests")[0].number("number")
