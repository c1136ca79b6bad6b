"""Issues: made, edited, listed, labelled. A pull request is one, too."""

from __future__ import annotations

from typing import Any

from tests.github_stand_in import shown
from tests.github_stand_in.rest.call import REPOSITORY, Answer, Call, Denied, Json, Table, invalid
from tests.github_stand_in.threads import Thread, now
from tests.github_stand_in.world import Repository


def listed(call: Call) -> Answer:
    repository = call.repository("issues")
    state, labels = call.query.get("state", "open"), call.query.get("labels", "")
    creator, since = call.query.get("creator"), call.query.get("since", "")
    rows = [
        thread
        for thread in sorted(repository.threads.values(), key=lambda t: -t.number)
        if state in {"all", thread.state}
        and all(label in thread.labels for label in labels.split(",") if label)
        and creator in {None, (thread.author or repository.owner).login}
        and thread.updated_at >= since
    ]
    example = call.example()[0]
    return 200, call.page([shown.issue(example, row, repository, call.url) for row in rows])


def one(call: Call) -> Answer:
    repository, thread = call.thread("issue_number", "read")
    return 200, shown.issue(call.example(), thread, repository, call.url)


def create(call: Call) -> Answer:
    repository = call.repository("issues", "write")
    thread = repository.thread(repository.next_number())
    thread.title, thread.body = _title(call), call.checked_body()
    thread.author, thread.labels = call.writer, _labels(call.body.get("labels", []))
    call.webhooks.happened(repository, "issues", thread, "opened", call.writer)
    return 201, shown.issue(call.example(201), thread, repository, call.url)


def edit(call: Call) -> Answer:
    repository, thread = call.thread("issue_number", "write")
    if thread.author is not call.writer and {"title", "body"} & call.body.keys():
        call.wrong(f"#{thread.number} is not ours to change")
    if "title" in call.body:
        thread.title = _title(call)
    before = thread.body
    if "body" in call.body:
        thread.body = call.checked_body()
    if "labels" in call.body:
        thread.labels = _labels(call.body["labels"])
    thread.updated_at = now()
    closes = call.body.get("state", thread.state) != thread.state
    _tell(call, repository, thread, closes=closes, before=before)
    return 200, shown.issue(call.example(), thread, repository, call.url)


def _tell(call: Call, repository: Repository, thread: Thread, *, closes: bool, before: str) -> None:
    event = "pull_request" if thread.is_pull else "issues"
    if thread.body != before:
        changes = {"body": {"from": before}}
        call.webhooks.happened(repository, event, thread, "edited", call.writer, changes=changes)
    if closes:
        thread.state = call.body["state"]
        thread.state_reason = call.body.get("state_reason")
        action = "closed" if thread.state == "closed" else "reopened"
        call.webhooks.happened(repository, event, thread, action, call.writer)


def _title(call: Call) -> str:
    title = str(call.body.get("title") or "")
    if not title.strip() or len(title) > 256:
        raise invalid("title must have between 1 and 256 characters")
    return title


def _labels(given: Any) -> list[str]:
    """Names, or objects with names, as both are taken."""
    return [row["name"] if isinstance(row, dict) else str(row) for row in given]


def labels(call: Call) -> Answer:
    _, thread = call.thread("issue_number", "read")
    return 200, _shown(call, thread)


def add_labels(call: Call) -> Answer:
    """Those that the repository lacks are made."""
    repository, thread = call.thread("issue_number", "write")
    given = call.body if isinstance(call.body, list) else call.body.get("labels", [])
    for name in _labels(given):
        if name not in thread.labels:
            thread.labels.append(name)
            _labelled(call, repository, thread, name, "labeled")
    return 200, _shown(call, thread)


def remove_label(call: Call) -> Answer:
    repository, thread = call.thread("issue_number", "write")
    if call.text("name") not in thread.labels:
        raise Denied(404, "Label does not exist")
    thread.labels.remove(call.text("name"))
    _labelled(call, repository, thread, call.text("name"), "unlabeled")
    return 200, _shown(call, thread)


def _labelled(call: Call, repository: Repository, thread: Thread, name: str, action: str) -> None:
    event = "pull_request" if thread.is_pull else "issues"
    label = shown.label(name)
    call.webhooks.happened(repository, event, thread, action, call.writer, label=label)


def _shown(call: Call, thread: Thread) -> list[Json]:
    return call.page([shown.label(name) for name in thread.labels])


_ISSUE = f"{REPOSITORY}/issues/{{issue_number}}"
TABLE: Table = {
    ("GET", f"{REPOSITORY}/issues"): listed,
    ("POST", f"{REPOSITORY}/issues"): create,
    ("GET", _ISSUE): one,
    ("PATCH", _ISSUE): edit,
    ("GET", f"{_ISSUE}/labels"): labels,
    ("POST", f"{_ISSUE}/labels"): add_labels,
    ("DELETE", f"{_ISSUE}/labels/{{name}}"): remove_label,
}
