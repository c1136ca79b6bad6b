"""Pull requests: made as drafts from branches that are there, listed, edited and closed."""

from __future__ import annotations

from tests.github_stand_in import shown
from tests.github_stand_in.rest.call import REPOSITORY, Answer, Call, Json, Table, invalid
from tests.github_stand_in.threads import Pull, Thread, now
from tests.github_stand_in.world import Repository


def listed(call: Call) -> Answer:
    repository = call.repository("pull_requests")
    state, head, base = (call.query.get(k) for k in ("state", "head", "base"))
    rows = [
        thread
        for thread in sorted(repository.threads.values(), key=lambda t: -t.number)
        if thread.is_pull
        and (state or "open") in {"all", thread.state}
        and head in {None, "", _label(thread)}
        and base in {None, "", thread.pull and thread.pull.base}
    ]
    example = call.example()[0]
    return 200, call.page([shown.pull(example, row, repository, call.url) for row in rows])


def of_commit(call: Call) -> Answer:
    """Open ones whose head has the commit."""
    repository, sha = call.repository("pull_requests"), call.text("commit_sha")
    rows = [
        thread
        for thread in repository.threads.values()
        if thread.pull and repository.bare.is_ancestor(sha, thread.pull.head_sha)
        if not repository.bare.is_ancestor(sha, thread.pull.base_sha)
    ]
    example = call.example()[0]
    return 200, call.page([shown.pull(example, row, repository, call.url) for row in rows])


def _label(thread: Thread) -> str:
    source = thread.pull.source if thread.pull else None
    return f"{source.owner.login}:{thread.pull.head}" if source and thread.pull else ""


def one(call: Call) -> Answer:
    repository, thread = call.thread("pull_number", "read")
    return 200, shown.pull(call.example(), thread, repository, call.url)


def files(call: Call) -> Answer:
    repository, thread = call.thread("pull_number", "read")
    if thread.pull is None:
        return 200, []
    found = repository.bare.diff(thread.pull.base_sha, thread.pull.head_sha)
    example: Json = call.example()[0]
    rows = [
        example
        | {
            "filename": path,
            "status": "modified",
            "additions": hunks.additions,
            "deletions": hunks.deletions,
            "changes": hunks.additions + hunks.deletions,
            "patch": hunks.patch,
        }
        for path, hunks in found.items()
    ]
    return 200, call.page(rows[:3000])


def create(call: Call) -> Answer:
    repository = call.repository("pull_requests", "write")
    title, head, base = (str(call.body.get(k) or "") for k in ("title", "head", "base"))
    draft = call.body.get("draft") is True
    if draft and repository.free and repository.private:
        raise invalid("Draft pull requests are not supported in this repository.")
    branch = head.split(":")[-1]
    pull = _between(repository, branch, base)
    if not title:
        raise invalid("title is missing")
    if any(
        t.state == "open" and t.pull and _same(t.pull, pull) for t in repository.threads.values()
    ):
        raise invalid(f"A pull request already exists for {repository.owner.login}:{branch}.")
    pull.draft = draft
    thread = opened(repository, pull)
    thread.title, thread.body, thread.author = title, call.checked_body(), call.writer
    call.webhooks.happened(repository, "pull_request", thread, "opened", call.writer)
    return 201, shown.pull(call.example(201), thread, repository, call.url)


def _between(repository: Repository, branch: str, base: str) -> Pull:
    bare = repository.bare
    head_sha, base_sha = bare.resolve(f"refs/heads/{branch}"), bare.resolve(f"refs/heads/{base}")
    if head_sha is None or base_sha is None:
        raise invalid(f"{'head' if head_sha is None else 'base'} is invalid")
    if not bare.between(base_sha, head_sha):
        raise invalid(f"No commits between {base} and {branch}")
    return Pull(branch, base, repository, head_sha, base_sha)


def _same(one: Pull, other: Pull) -> bool:
    return (one.source, one.head, one.base) == (other.source, other.head, other.base)


def opened(repository: Repository, pull: Pull) -> Thread:
    """A new one, whose head git finds at refs/pull/N/head."""
    thread = repository.thread(repository.next_number(), is_pull=True)
    thread.pull = pull
    repository.bare.point(f"refs/pull/{thread.number}/head", pull.head_sha)
    return thread


def edit(call: Call) -> Answer:
    repository, thread = call.thread("pull_number", "write")
    if thread.author is not call.writer:
        call.wrong(f"the pull request {thread.number} is not ours to change")
    for name in ("title", "body"):
        if name in call.body:
            setattr(thread, name, call.checked_body(name))
    thread.updated_at = now()
    wanted = call.body.get("state", thread.state)
    if thread.pull and thread.pull.merged and wanted == "open":
        raise invalid("state cannot be changed. The pull request was merged.")
    if wanted != thread.state:
        thread.state = wanted
        action = "closed" if wanted == "closed" else "reopened"
        call.webhooks.happened(repository, "pull_request", thread, action, call.writer)
    return 200, shown.pull(call.example(), thread, repository, call.url)


TABLE: Table = {
    ("GET", f"{REPOSITORY}/pulls"): listed,
    ("POST", f"{REPOSITORY}/pulls"): create,
    ("GET", f"{REPOSITORY}/commits/{{commit_sha}}/pulls"): of_commit,
    ("GET", f"{REPOSITORY}/pulls/{{pull_number}}"): one,
    ("PATCH", f"{REPOSITORY}/pulls/{{pull_number}}"): edit,
    ("GET", f"{REPOSITORY}/pulls/{{pull_number}}/files"): files,
}
