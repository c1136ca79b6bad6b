"""One of each kind of write: what is meant, and what a reader should see of it."""

from __future__ import annotations

from typing import Any

from tests.github_stand_in.threads import Comment
from tests.workers.reports.writing.conftest import Case, Content, Scene, said


def _number(scene: Scene) -> Content:
    return {"number": scene.pull.number, "pull": True}


def _bodies(scene: Scene) -> tuple[Content, Content]:
    return {"body": "one"}, {"body": "two"}


def _body(content: Content) -> list[Any]:
    return [content["body"]]


def _comments(scene: Scene) -> list[Any]:
    return [said(row.body) for row in scene.pull.comments if scene.is_ours(row)]


def _reply(scene: Scene) -> Content:
    return {
        "number": scene.pull.number,
        "root_id": scene.review.id,
        "path": scene.review.path,
        "commit": scene.review.commit,
    }


def _replies(scene: Scene) -> list[Any]:
    return [said(row.body) for row in scene.pull.reviews if scene.is_ours(row)]


def _asked(scene: Scene) -> Content:
    scene.made["comment"] = scene.alice.says(scene.there, scene.pull.number, "hello")
    return {"kind": "issues", "comment_id": scene.made["comment"].id}


def _reactions(scene: Scene) -> list[Any]:
    return [what for who, what in scene.made["comment"].reactions if who.endswith("[bot]")]


def _review(scene: Scene) -> tuple[Content, Content]:
    place = {"path": "a.py", "line": 9, "side": "RIGHT"}
    remarks = [
        place | {"key": f"{scene.key}:a", "body": "first"},
        place | {"key": f"{scene.key}:b", "body": "second", "line": 11, "start_line": 9},
    ]
    return {"body": "one", "comments": remarks}, {"body": "two", "comments": remarks}


def _reviews(scene: Scene) -> list[Any]:
    return [
        (said(row.body), [said(remark.body) for remark in row.comments])
        for row in scene.pull.submitted
        if scene.is_ours(row)
    ]


def annotations(count: int) -> list[Content]:
    place = {"path": "a.py", "annotation_level": "warning"}
    return [
        place | {"start_line": n, "end_line": n, "message": f"annotation {n}"}
        for n in range(1, count + 1)
    ]


def _check(scene: Scene) -> tuple[Content, Content]:
    run = {"name": "Ponder", "status": "completed", "conclusion": "neutral", "title": "Looked"}
    first = run | {"summary": "one", "annotations": annotations(60)}
    return first, run | {"summary": "two", "annotations": annotations(130)}


def _check_runs(scene: Scene) -> list[Any]:
    return [
        (run.output["summary"], run.conclusion, [row["message"] for row in run.annotations])
        for run in scene.there.check_runs.values()
        if run.external_id == scene.key
    ]


def _checked(content: Content) -> list[Any]:
    messages = [row["message"] for row in content["annotations"]]
    return [(content["summary"], content["conclusion"], messages)]


def _thread(scene: Scene) -> Content:
    bot, place = scene.stand_in.world.bot, scene.review
    root = Comment(next(scene.stand_in.world.ids), "look", bot, path="a.py", commit=place.commit)
    root.line = root.original_line = 9
    scene.pull.reviews.append(root)
    scene.made["root"] = root
    return {"number": scene.pull.number, "comment_id": root.id}


def _issues(scene: Scene) -> list[Any]:
    return [
        (row.title, said(row.body), row.state)
        for row in scene.there.threads.values()
        if scene.is_ours(row) and not row.is_pull
    ]


def _draft(scene: Scene) -> tuple[Content, Content]:
    draft = {"base": "main", "branch": f"ponder/{scene.key.replace(':', '-')}", "message": "Mend"}
    scene.made["branch"] = draft["branch"]
    draft |= {"base_commit": scene.tip}
    first = [{"path": "b.py", "text": "one\n"}]
    second = [{"path": "c.py", "text": "two\n"}, {"path": "b.py", "text": None}]
    return (
        draft | {"title": "One", "body": "one", "changes": first},
        draft | {"title": "Two", "body": "two", "changes": second},
    )


def _drafts(scene: Scene) -> list[Any]:
    bare, branch = scene.there.bare, scene.made["branch"]
    return [
        (
            row.title,
            said(row.body),
            row.pull.draft,
            len(bare.between("main", row.pull.head_sha)),
            bare.changed(bare.resolve(branch) or "", scene.tip),
        )
        for row in scene.there.threads.values()
        if row.pull and row.pull.head == branch
    ]


def _drafted(content: Content) -> list[Any]:
    files = {
        row["path"]: None if row["text"] is None else row["text"].encode()
        for row in content["changes"]
    }
    return [(content["title"], content["body"], True, 1, files)]


def _to_close(scene: Scene) -> Content:
    branch = f"ponder/{scene.key.replace(':', '-')}"
    scene.alice.pushes(scene.there, branch, {"d.py": "d\n"})
    pull = scene.alice.opens(scene.there, branch)
    pull.author = scene.stand_in.world.bot
    scene.made |= {"pull": pull, "branch": branch}
    return {"number": pull.number}


def _closed(scene: Scene) -> list[Any]:
    return [scene.made["pull"].state, scene.there.bare.resolve(scene.made["branch"]) is None]


CASES = [
    Case("comment", _number, _bodies, _comments, _body),
    Case("reply", _reply, _bodies, _replies, _body),
    Case(
        "reaction",
        _asked,
        lambda _: ({"content": "eyes"}, {"content": "eyes", "again": True}),
        _reactions,
        lambda _: ["eyes"],
        ("POST", "POST"),
    ),
    Case(
        "review",
        lambda scene: {"number": scene.pull.number, "commit": scene.head},
        _review,
        _reviews,
        lambda content: [(content["body"], ["first", "second"])],
        ("POST", "PUT"),
    ),
    Case("check_run", lambda scene: {"sha": scene.head}, _check, _check_runs, _checked, stride=4),
    Case(
        "resolve",
        _thread,
        lambda _: ({"resolved": True}, {"resolved": False}),
        lambda scene: [scene.made["root"].resolved_by is not None],
        lambda content: [content["resolved"]],
        ("POST", "POST"),
    ),
    Case(
        "issue",
        lambda _: {},
        lambda _: ({"title": "Hello", "body": "one"}, {"title": "Hello", "body": "two"}),
        _issues,
        lambda content: [("Hello", content["body"], "open")],
    ),
    Case("draft_pull_request", lambda _: {}, _draft, _drafts, _drafted, stride=7),
    Case(
        "close_pull_request",
        _to_close,
        lambda _: ({"delete_branch": False}, {"delete_branch": True}),
        _closed,
        lambda content: ["closed", content["delete_branch"]],
        ("PATCH", "DELETE"),
        stride=4,
    ),
]
