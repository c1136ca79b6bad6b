"""Reviews: all comments in one request, and one bad comment fails them all."""

from __future__ import annotations

from typing import Any

from tests.github_stand_in import shown
from tests.github_stand_in.rest.call import REPOSITORY, Answer, Call, Denied, Table, invalid
from tests.github_stand_in.rest.lines import Place, placed
from tests.github_stand_in.threads import Comment, Review, Thread
from tests.github_stand_in.world import Repository

_STATES = {
    "COMMENT": "COMMENTED",
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
    "": "PENDING",
}


def listed(call: Call) -> Answer:
    """A pending review is seen by its author alone."""
    repository, thread = call.thread("pull_number", "read")
    example = call.example()[0]
    rows = [
        shown.review(example, row, thread.number, repository)
        for row in thread.submitted
        if row.state != "PENDING" or row.author is call.writer
    ]
    return 200, call.page(rows)


def one(call: Call) -> Answer:
    repository, thread, review = _review(call, "read")
    return 200, shown.review(call.example(), review, thread.number, repository)


def create(call: Call) -> Answer:
    repository, thread = call.thread("pull_number", "write")
    if thread.locked:
        raise Denied(403, "Unable to create review because the pull request is locked.")
    event = str(call.body.get("event") or "")
    if thread.author is call.writer and event in {"APPROVE", "REQUEST_CHANGES"}:
        raise invalid("Can not approve or request changes on your own pull request")
    if event in {"COMMENT", "REQUEST_CHANGES"} and not _says_something(call):
        raise invalid("body is required for this event")
    mine = [r for r in thread.submitted if r.author is call.writer and r.state == "PENDING"]
    if mine:
        raise invalid("User can only have one pending review per pull request")
    made = _made(call, repository, thread, event)
    if event:
        _submit(call, repository, thread, made)
    return 200, shown.review(call.example(), made, thread.number, repository)


def _says_something(call: Call) -> bool:
    return bool(str(call.body.get("body") or "").strip())


def _made(call: Call, repository: Repository, thread: Thread, event: str) -> Review:
    tip = thread.pull.head_sha if thread.pull else ""
    commit = str(call.body.get("commit_id") or tip)
    review = Review(next(call.world.ids), call.writer, call.checked_body(), _STATES[event], commit)
    for row in call.body.get("comments", []):
        review.comments.append(_comment(call, repository, thread, row, review))
    thread.submitted.append(review)
    return review


def _comment(
    call: Call, repository: Repository, thread: Thread, row: dict[str, Any], review: Review
) -> Comment:
    unknown = row.keys() - {
        "path", "body", "line", "side", "start_line", "start_side", "position"
    }  # fmt: skip
    if unknown:
        raise invalid(f"{', '.join(sorted(unknown))} is not a permitted key")
    if not str(row.get("body") or "").strip() or len(row["body"]) > 65536:
        raise invalid("pull_request_review_comment body is missing or too long")
    made = Comment(next(call.world.ids), row["body"], call.writer, review_id=review.id)
    placed(repository, thread, made, Place.of(row, review.commit))
    return made


def _submit(call: Call, repository: Repository, thread: Thread, review: Review) -> None:
    thread.reviews.extend(review.comments)
    call.webhooks.reviewed(repository, thread, review)
    for comment in review.comments:
        call.webhooks.written(repository, thread, "pulls", comment)


def submit(call: Call) -> Answer:
    repository, thread, review = _review(call, "write")
    if review.state != "PENDING" or review.author is not call.writer:
        raise invalid("the review is not pending")
    review.body = call.checked_body() or review.body
    review.state = _STATES[call.body["event"]]
    _submit(call, repository, thread, review)
    return 200, shown.review(call.example(), review, thread.number, repository)


def edit(call: Call) -> Answer:
    repository, thread, review = _review(call, "write")
    if review.author is not call.writer:
        call.wrong("the review is a person's")
    review.body = call.checked_body()
    return 200, shown.review(call.example(), review, thread.number, repository)


def discard(call: Call) -> Answer:
    """Only while it is pending."""
    repository, thread, review = _review(call, "write")
    if review.state != "PENDING":
        raise invalid("Can not delete a non-pending pull request review")
    thread.submitted.remove(review)
    return 200, shown.review(call.example(), review, thread.number, repository)


def comments(call: Call) -> Answer:
    _, _, review = _review(call, "read")
    example = call.example()[0]
    rows = [shown.review_comment_of_review(example, row) for row in review.comments]
    return 200, call.page(rows)


def _review(call: Call, level: str) -> tuple[Repository, Thread, Review]:
    repository, thread = call.thread("pull_number", level)
    found = repository.review(call.number("review_id"))
    if found is None or found not in thread.submitted:
        raise Denied(404, "Not Found")
    return repository, thread, found


_REVIEWS = f"{REPOSITORY}/pulls/{{pull_number}}/reviews"
TABLE: Table = {
    ("GET", _REVIEWS): listed,
    ("POST", _REVIEWS): create,
    ("GET", f"{_REVIEWS}/{{review_id}}"): one,
    ("PUT", f"{_REVIEWS}/{{review_id}}"): edit,
    ("DELETE", f"{_REVIEWS}/{{review_id}}"): discard,
    ("POST", f"{_REVIEWS}/{{review_id}}/events"): submit,
    ("GET", f"{_REVIEWS}/{{review_id}}/comments"): comments,
}
