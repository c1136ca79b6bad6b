"""Whether a text speaks to Ponder, and whether Ponder listens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.commands import Command, parse
from bot.decision import Ignore, Origin, Reply
from bot.payload import Malformed, Payload

MENDED = timedelta(hours=1)
"""So long after it was written, a text may still be edited to say something else to Ponder."""


@dataclass(frozen=True, slots=True)
class Text:
    """Something that a person writes: where a payload has it, the action that says it is there, and
    what says when it was written. `number` is of the issue or pull request."""

    path: str
    action: str
    at: str = "created_at"
    number: str = "pull_request.number"


COMMENT = Text("comment", "created", number="issue.number")
ISSUE = Text("issue", "opened", number="issue.number")
PULL_REQUEST = Text("pull_request", "opened")
REVIEW = Text("review", "submitted", at="submitted_at")


_TEXTS = (COMMENT, ISSUE, PULL_REQUEST, REVIEW)


def may_concern_us(payload: Payload) -> bool:
    """Whether our name has to be known to tell what follows: a text may have it, or the issue or
    pull request may be our own."""
    bodies = (payload.get(f"{text.path}.body") for text in _TEXTS)
    authors = (payload.get("issue.user.type"), payload.get("pull_request.user.type"))
    return "Bot" in authors or any(
        "@" in body or "/ponder" in body.lower() for body in bodies if isinstance(body, str)
    )


def spoken(payload: Payload, place: Origin, slug: str, text: Text) -> Reply | Ignore:
    """What is said to Ponder in an issue, or on a pull request's page, or why nothing is."""
    commands = heard(payload, slug, text=text)
    if isinstance(commands, Ignore):
        return commands
    number = payload.number(text.number)
    in_pull = text.number != "issue.number" or payload.get("issue.pull_request") is not None
    return Reply(
        origin=place,
        commands=commands,
        kind="issues" if text is COMMENT else text.path,
        number=number,
        comment_id=payload.number(f"{text.path}.id"),
        thread=str(number),
        ref=f"refs/pull/{number}/head" if in_pull else "",
        sender=payload.text("sender.login"),
        sender_id=payload.number("sender.id"),
        review=None,
        edited=payload.text("action") == "edited",
        node_id=str(payload.get("review.node_id") or "") if text is REVIEW else "",
    )


def heard(payload: Payload, slug: str, *, text: Text = COMMENT) -> tuple[Command, ...] | Ignore:
    """The commands of a text, or why there are none."""
    if reason := deaf(payload, text=text):
        return Ignore(reason)
    said = payload.get(f"{text.path}.body")
    commands = parse(said, slug) if isinstance(said, str) else []
    return tuple(commands) if commands else Ignore(f"the {_name(text)} does not speak to Ponder")


def deaf(payload: Payload, *, text: Text = COMMENT) -> str:
    """Why the text is not listened to, whatever it says; '' where it is."""
    action, name = payload.text("action"), _name(text)
    if action not in (text.action, "edited"):
        return f"a {name} that was {action} asks nothing"
    if is_bot(payload, text.path):
        return "Ponder does not listen to bots, itself included"
    if payload.get("changes.old_issue") is not None:
        return "the issue was moved here, and heard where it was"
    if (action == "edited" or text.action == "opened") and _by_another(payload, text):
        # Who turns a stranger's discussion into an issue opens it with the stranger's words.
        return f"the {name} was {action} by somebody else, who may say it for themselves"
    return _unmended(payload, text) if action == "edited" else ""


def _by_another(payload: Payload, text: Text) -> bool:
    author = payload.get(f"{text.path}.user.id")
    return author is not None and author != payload.get("sender.id")


def _unmended(payload: Payload, text: Text) -> str:
    """An edit counts soon after the text was written, by GitHub's clock."""
    name = _name(text)
    if payload.get("changes.body") is None:
        return f"what the {name} says was not edited"
    written = _time(payload, f"{text.path}.{text.at}")
    edited = _time(payload, f"{text.path}.updated_at") or datetime.now(UTC)
    if written and edited - written > MENDED:
        return f"the {name} was edited when it was old; a new comment is heard"
    return ""


def is_bot(payload: Payload, path: str = "comment") -> bool:
    """An App that speaks for a person has that person as its sender: it is listened to."""
    return any(
        payload.get(f"{who}.type") == "Bot"
        or str(payload.get(f"{who}.login") or "").endswith("[bot]")
        for who in ("sender", f"{path}.user")
    )


def _name(text: Text) -> str:
    return text.path.replace("_", " ")


def _time(payload: Payload, path: str) -> datetime | None:
    """None where nothing is said of it."""
    if payload.get(path) is None:
        return None
    try:
        moment = datetime.fromisoformat(payload.text(path))
    except ValueError as error:
        raise Malformed(f"{path} is no time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
