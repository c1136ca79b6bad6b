"""Comments of issues, of pull requests and of reviews, and reactions to them."""

from __future__ import annotations

from tests.github_stand_in import shown
from tests.github_stand_in.rest.call import REPOSITORY, Answer, Call, Denied, Json, Table, invalid
from tests.github_stand_in.rest.lines import Place, placed
from tests.github_stand_in.threads import Comment, Thread
from tests.github_stand_in.world import Repository


def listed(call: Call) -> Answer:
    _, thread = call.thread(_number(call), "read")
    return 200, call.page(_rows(call, thread.kept(call.kind())))


def all_listed(call: Call) -> Answer:
    """Of the whole repository."""
    pulls = call.operation.template.endswith("/pulls/comments")
    repository = call.repository("pull_requests" if pulls else "issues")
    kind = "pulls" if pulls else "issues"
    rows = [comment for thread in repository.threads.values() for comment in thread.kept(kind)]
    if call.query.get("direction", "asc") == "desc":
        rows.reverse()
    return 200, call.page(_rows(call, rows))


def _rows(call: Call, comments: list[Comment]) -> list[Json]:
    since = call.query.get("since", "")
    example = call.example()[0]
    return [_shown(example, row) for row in comments if row.changed_at >= since]


def _shown(example: Json, known: Comment) -> Json:
    """What the description of answers does not know is left out: the line of an outdated one."""
    row = shown.comment(example, known)
    return {key: value for key, value in row.items() if key != "line" or value is not None}


def one(call: Call) -> Answer:
    return 200, _shown(call.example(), call.comment(call.kind(), "read")[2])


def create(call: Call) -> Answer:
    repository, thread = call.thread(_number(call), "write")
    if thread.locked:
        raise Denied(403, "Unable to create comment because issue is locked.")
    made = Comment(next(call.world.ids), call.checked_body(), call.writer)
    if not made.body.strip():
        raise invalid("body cannot be blank")
    if call.kind() == "pulls":
        _place(call, repository, thread, made)
    thread.kept(call.kind()).append(made)
    call.webhooks.written(repository, thread, call.kind(), made)
    return 201, _shown(call.example(201), made)


def _place(call: Call, repository: Repository, thread: Thread, made: Comment) -> None:
    """A reply's place is that of the thread; what the request says of it does not count."""
    if "in_reply_to" not in call.body:
        placed(repository, thread, made, Place.of(call.body))
        return
    found = repository.comment("pulls", call.body["in_reply_to"])
    if found is None or found[0] is not thread or found[1].in_reply_to is not None:
        raise invalid("in_reply_to is not a top-level comment")
    root = found[1]
    made.in_reply_to, made.path, made.commit = root.id, root.path, root.commit
    made.line, made.original_line, made.side = root.line, root.original_line, root.side
    made.outdated, made.subject = root.outdated, root.subject


def edit(call: Call) -> Answer:
    """An App edits what it wrote itself."""
    repository, thread, comment = call.comment(call.kind(), "write")
    _own(call, comment)
    before, body = comment.body, call.checked_body()
    comment.edit(body)
    call.webhooks.written(repository, thread, call.kind(), comment, "edited", before=before)
    return 200, _shown(call.example(), comment)


def delete(call: Call) -> Answer:
    repository, thread, comment = call.comment(call.kind(), "write")
    _own(call, comment)
    thread.kept(call.kind()).remove(comment)
    call.webhooks.written(repository, thread, call.kind(), comment, "deleted")
    return 204, None


def _own(call: Call, comment: Comment) -> None:
    """GitHub lets an App with the permission touch what a person wrote; Ponder never may."""
    if comment.author is not call.writer:
        call.wrong(f"the comment {comment.id} of {comment.author.login} is not ours to change")


def react(call: Call) -> Answer:
    _, reactions = _reactions(call, "write")
    reaction = (call.writer.login, call.body["content"])
    status = 200 if reaction in reactions else 201
    if status == 201:
        reactions.append(reaction)
    number = reactions.index(reaction) + 1
    return status, shown.reaction(call.example(status), number, call.writer, reaction[1])


def reactions(call: Call) -> Answer:
    of, found = _reactions(call, "read")
    example, wanted = call.example()[0], call.query.get("content")
    example |= {"created_at": of.created_at}  # no reaction is older, and its time stays
    rows = [
        shown.reaction(example, number, call.world.account(login), content)
        for number, (login, content) in enumerate(found, 1)
        if wanted in {None, content}
    ]
    return 200, call.page(rows)


def unreact(call: Call) -> Answer:
    _, found = _reactions(call, "write")
    number = call.number("reaction_id")
    if not 0 < number <= len(found):
        raise Denied(404, "Not Found")
    if found[number - 1][0] != call.writer.login:
        call.wrong("the reaction is a person's")
    del found[number - 1]
    return 204, None


def _reactions(call: Call, level: str) -> tuple[Thread | Comment, list[tuple[str, str]]]:
    if "issue_number" in call.operation.variables:
        _, thread = call.thread("issue_number", level)
        return thread, thread.reactions
    _, _, comment = call.comment(call.kind(), level)
    return comment, comment.reactions


def _number(call: Call) -> str:
    return "pull_number" if call.kind() == "pulls" else "issue_number"


TABLE: Table = {
    ("GET", f"{REPOSITORY}/issues/{{issue_number}}/comments"): listed,
    ("POST", f"{REPOSITORY}/issues/{{issue_number}}/comments"): create,
    ("GET", f"{REPOSITORY}/issues/comments"): all_listed,
    ("GET", f"{REPOSITORY}/pulls/{{pull_number}}/comments"): listed,
    ("POST", f"{REPOSITORY}/pulls/{{pull_number}}/comments"): create,
    ("GET", f"{REPOSITORY}/pulls/comments"): all_listed,
    ("GET", f"{REPOSITORY}/issues/{{issue_number}}/reactions"): reactions,
    ("POST", f"{REPOSITORY}/issues/{{issue_number}}/reactions"): react,
}
for _kind in ("issues", "pulls"):
    _comment = f"{REPOSITORY}/{_kind}/comments/{{comment_id}}"
    TABLE |= {
        ("GET", _comment): one,
        ("PATCH", _comment): edit,
        ("DELETE", _comment): delete,
        ("GET", f"{_comment}/reactions"): reactions,
        ("POST", f"{_comment}/reactions"): react,
        ("DELETE", f"{_comment}/reactions/{{reaction_id}}"): unreact,
    }
