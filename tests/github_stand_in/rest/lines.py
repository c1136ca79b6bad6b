"""Where a comment of a review may stand: in a hunk of the real diff, on the side it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.github_stand_in.rest.call import invalid
from tests.github_stand_in.threads import Comment, Thread
from tests.github_stand_in.world import Repository


@dataclass(frozen=True)
class Place:
    path: str
    commit: str
    line: int | None
    side: str
    start_line: int | None
    start_side: str | None
    subject: str

    @classmethod
    def of(cls, body: dict[str, Any], commit: str = "") -> Place:
        side = str(body.get("side") or "RIGHT")
        return cls(
            path=str(body.get("path") or ""),
            commit=str(body.get("commit_id") or commit),
            line=body.get("line"),
            side=side,
            start_line=body.get("start_line"),
            start_side=(body.get("start_side") or side) if body.get("start_line") else None,
            subject=str(body.get("subject_type") or "line"),
        )


def placed(repository: Repository, thread: Thread, comment: Comment, place: Place) -> None:
    """Put a comment there. Raise Denied (422), as GitHub does, where the diff does not show it."""
    if thread.pull is None:
        raise invalid("the stand-in has no git for this pull request; open it with opens()")
    commit = place.commit or thread.pull.head_sha
    if repository.bare.resolve(commit) is None:
        raise invalid("commit_id is not part of the pull request")
    hunks = repository.bare.diff(thread.pull.base_sha, commit).get(place.path)
    if hunks is None:
        raise invalid("pull_request_review_thread.path is missing: no such file in the diff")
    if place.subject != "file":
        _check(place, hunks.side(place.side), hunks.side(place.start_side or place.side))
    comment.path, comment.commit, comment.subject = place.path, commit, place.subject
    comment.line = comment.original_line = place.line
    comment.side, comment.start_line = place.side, place.start_line
    comment.start_side = place.start_side


def _check(place: Place, shown: dict[int, int], shown_at_start: dict[int, int]) -> None:
    """A line must be shown; of a range both ends, by one hunk, the first before the last."""
    if place.line not in shown:
        raise invalid("pull_request_review_thread.line must be part of the diff")
    if place.start_line is None:
        return
    if place.start_line not in shown_at_start:
        raise invalid("pull_request_review_thread.start_line must be part of the diff")
    if shown_at_start[place.start_line] != shown[place.line]:
        raise invalid("start line must be part of the same hunk as the line.")
    if place.side == place.start_side and place.start_line >= place.line:
        raise invalid("start_line must precede the end line.")
