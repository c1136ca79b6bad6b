"""What each kind of write holds to, beside being seen once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.github_stand_in.threads import CheckRun, Comment
from tests.workers.reports.writing.cases import CASES, annotations
from tests.workers.reports.writing.conftest import Scene, said
from workers.reports.writing.base import marker

CASE = {case.kind: case for case in CASES}


async def ended(scene: Scene) -> tuple[str, str]:
    """How it ended, and why."""
    await scene.wait()
    await scene.post()
    after = await scene.now()
    return after.state, str(after.error)


async def write(scene: Scene, kind: str, content: dict[str, Any], /, **target: Any) -> None:
    await scene.mean(kind, content, target)
    await scene.until_written()


async def test_a_sticky_comment_that_a_person_deleted_is_not_written_again(scene: Scene) -> None:
    target = {"number": scene.pull.number}
    await write(scene, "comment", {"body": "one"}, **target)
    scene.alice.deletes(scene.there, scene.pull.comments[-1])
    await scene.mean("comment", {"body": "two"}, target)
    assert await ended(scene) == (
        "gone",
        "a person deleted this comment; it is not written again",
    )
    assert await scene.intend("comment", "three", key=scene.key, target=target) == []
    assert CASE["comment"].seen(scene) == []


async def test_a_reply_and_an_issue_that_were_deleted_are_not_written_again(scene: Scene) -> None:
    case = CASE["reply"]
    target = case.target(scene)
    await write(scene, "reply", {"body": "one"}, **target)
    scene.alice.deletes(scene.there, scene.pull.reviews[-1])
    await scene.mean("reply", {"body": "two"}, target)
    assert (await ended(scene))[0] == "gone"

    scene.key = "issue:1"
    await write(scene, "issue", {"title": "Hello", "body": "one"})
    del scene.there.threads[(await scene.now()).made["number"]]
    await scene.mean("issue", {"title": "Hello", "body": "two"}, {})
    assert (await ended(scene))[0] == "gone"


async def test_a_comment_in_a_thread_that_is_gone_fails(scene: Scene) -> None:
    await write(scene, "comment", {"body": "one"}, number=scene.pull.number)
    scene.pull.comments.clear()
    del scene.there.threads[scene.pull.number]
    await scene.mean("comment", {"body": "two"}, {"number": scene.pull.number})
    assert (await ended(scene))[0] == "failed"


@pytest.mark.parametrize("kind", ["comment", "reply", "review", "issue", "draft_pull_request"])
@pytest.mark.parametrize("how", ["rewritten by alice", "alice: yes! {}"])
async def test_what_a_person_made_of_it_is_never_edited(scene: Scene, kind: str, how: str) -> None:
    """Whether they took our marker away or added a word of their own."""
    case = CASE[kind]
    target, (first, second) = case.target(scene), case.contents(scene)
    await write(scene, kind, first, **target)
    things = [
        *scene.pull.comments, *scene.pull.reviews, *scene.pull.submitted,
        *scene.there.threads.values(),
    ]  # fmt: skip
    (ours,) = [thing for thing in things if scene.is_ours(thing)]
    ours.body = edited = how.format(ours.body)
    await scene.mean(kind, second, target)
    state, error = await ended(scene)
    assert (state, "stays as it is" in error) == ("failed", True)
    assert ours.body == edited


async def test_a_tick_in_a_box_of_ours_is_no_persons_text(scene: Scene) -> None:
    boxes = "- [ ] one\n- [ ] two"
    await write(scene, "issue", {"title": "Hello", "body": boxes})
    issue = scene.there.threads[(await scene.now()).made["number"]]
    scene.alice.edits(scene.there, issue.number, issue.body.replace("[ ] two", "[x] two"))
    await write(scene, "issue", {"title": "Hello", "body": "- [ ] one\n- done: two"})
    assert said(issue.body) == "- [ ] one\n- done: two"


@pytest.mark.parametrize("kind", ["comment", "issue"])
async def test_a_forged_marker_keeps_nothing_back_and_is_not_touched(
    scene: Scene, kind: str
) -> None:
    """Neither a person's, nor Ponder's own quotation of one."""
    case = CASE[kind]
    target, (first, second) = case.target(scene), case.contents(scene)
    forged = f"hello\n\n{marker(scene.key)}"
    scene.alice.says(scene.there, scene.pull.number, forged)
    scene.alice.opens_issue(scene.there, "Hello", forged)
    bot, ids = scene.stand_in.world.bot, scene.stand_in.world.ids
    quoting = Comment(next(ids), f"as in {marker(scene.key)} above", bot)
    scene.pull.comments.append(quoting)
    scene.stand_in.fail("POST", "/(comments|issues)$", status=502)
    for content in (first, second):
        await write(scene, kind, content, **target)
        assert case.seen(scene) == case.expected(content)
    assert quoting.body == f"as in {marker(scene.key)} above"


async def test_a_check_run_of_another_app_with_our_key_keeps_nothing_back(scene: Scene) -> None:
    forged = CheckRun(1, "Ponder", scene.head, "another", suite=1, external_id=scene.key)
    scene.there.check_runs[forged.id] = forged
    case = CASE["check_run"]
    scene.stand_in.fail("POST", "/check-runs$", status=502)
    await write(scene, "check_run", case.contents(scene)[0], **case.target(scene))
    assert forged.status == "queued"
    assert [run.author for run in scene.there.check_runs.values()] == [
        "another",
        scene.stand_in.world.slug,
    ]


async def test_a_body_that_is_too_long_is_cut_with_a_link_to_the_whole(scene: Scene) -> None:
    body = "```python\n" + "print('hello')\n" * 10_000
    content = {"body": body, "link": "https://ponder.example/answers/1"}
    await write(scene, "comment", content, number=scene.pull.number)
    (text,) = CASE["comment"].seen(scene)
    assert len(text) < 60_000
    assert text.endswith("\n```\n\n… [The whole text](https://ponder.example/answers/1)")


async def test_a_review_tells_which_comment_is_which(scene: Scene) -> None:
    case = CASE["review"]
    content, _ = case.contents(scene)
    await write(scene, "review", content, **case.target(scene))
    ids = (await scene.now()).made["comments"]
    texts = {row.id: said(row.body) for row in scene.pull.reviews}
    assert {key: texts[number] for key, number in ids.items()} == {
        f"{scene.key}:a": "first",
        f"{scene.key}:b": "second",
    }


async def test_remarks_that_have_lost_their_place_stand_in_the_review_itself(
    scene: Scene,
) -> None:
    case = CASE["review"]
    content, _ = case.contents(scene)
    content["comments"][0] |= {"line": 1, "body": "first\n```suggestion\nx\n```"}
    await write(scene, "review", content, **case.target(scene))
    (review,) = scene.pull.submitted
    assert review.comments == []
    assert said(review.body) == (
        "one\n\n---\n\n`a.py`, line 1:\n\nfirst\n```\nx\n```\n\n---\n\n`a.py`, line 11:\n\nsecond"
    )


async def test_a_review_of_a_locked_pull_request_fails(scene: Scene) -> None:
    case = CASE["review"]
    scene.pull.locked = True
    await scene.mean("review", case.contents(scene)[0], case.target(scene))
    state, error = await ended(scene)
    assert (state, "locked" in error) == ("failed", True)
    assert len(scene.stand_in.asked("POST", "/reviews$")) == 1


async def test_annotations_go_in_batches_and_the_conclusion_with_the_last(scene: Scene) -> None:
    case = CASE["check_run"]
    content, _ = case.contents(scene)
    rows = [row | {"title": "t" * 300} for row in annotations(120)]
    buttons = [
        {"label": "Re-run", "description": "Look again at this commit", "identifier": f"b{n}"}
        for n in range(4)
    ]
    more = {"annotations": rows, "actions": buttons, "text": "x" * 100_000}
    await write(scene, "check_run", content | more, **case.target(scene))
    asked = [*scene.stand_in.asked("POST", "/check-runs$")]
    asked += scene.stand_in.asked("PATCH", "/check-runs/")
    sent = [len(request.body["output"].get("annotations", [])) for request in asked]
    assert sent == [0, 50, 50, 20]
    assert ["conclusion" in request.body for request in asked] == [False, False, False, True]
    (run,) = scene.there.check_runs.values()
    assert (len(run.annotations), len(run.actions)) == (120, 3)


async def test_annotations_are_never_sent_twice(scene: Scene) -> None:
    """Whatever their order is the next time, and whichever of them is left out."""
    target = CASE["check_run"].target(scene)
    content, _ = CASE["check_run"].contents(scene)
    rows = annotations(70)
    for given in (rows[:60], [*reversed(rows[5:])], rows):
        await write(scene, "check_run", content | {"annotations": given}, **target)
    (run,) = scene.there.check_runs.values()
    assert sorted(row["start_line"] for row in run.annotations) == list(range(1, 71))


async def test_a_check_run_is_seen_at_work_and_then_done(scene: Scene) -> None:
    target = CASE["check_run"].target(scene)
    working = {"name": "Ponder", "status": "in_progress", "title": "Looking", "summary": "soon"}
    await write(scene, "check_run", working, **target)
    (run,) = scene.there.check_runs.values()
    assert (run.status, run.conclusion) == ("in_progress", None)
    done = working | {"status": "completed", "conclusion": "neutral"}
    await write(scene, "check_run", done, **target)
    assert (run.status, run.conclusion) == ("completed", "neutral")


async def test_only_a_thread_of_our_own_is_resolved(scene: Scene) -> None:
    target = {"number": scene.pull.number, "comment_id": scene.review.id}
    await scene.mean("resolve", {"resolved": True}, target)
    state, error = await ended(scene)
    assert (state, "begun by somebody else" in error) == ("failed", True)
    assert scene.review.resolved_by is None


async def test_resolving_needs_a_permission_of_the_second_tier(scene: Scene) -> None:
    scene.installation.permissions["contents"] = "read"
    target = CASE["resolve"].target(scene)
    await scene.mean("resolve", {"resolved": True}, target)
    assert (await ended(scene))[0] == "failed"


async def test_a_plan_without_drafts_is_told_and_leaves_no_branch(scene: Scene) -> None:
    scene.there.private = scene.there.free = True
    case = CASE["draft_pull_request"]
    content, _ = case.contents(scene)
    await scene.mean("draft_pull_request", content, {})
    state, error = await ended(scene)
    assert (state, "offers no draft pull requests" in error) == ("failed", True)
    assert scene.there.bare.resolve(content["branch"]) is None


async def test_a_branch_that_a_person_pushed_to_is_theirs(scene: Scene) -> None:
    first, second = CASE["draft_pull_request"].contents(scene)
    await write(scene, "draft_pull_request", first)
    pushed = scene.alice.pushes(scene.there, first["branch"], {"e.py": "e\n"})
    await scene.mean("draft_pull_request", second, {})
    state, error = await ended(scene)
    assert (state, "somebody pushed" in error) == ("failed", True)
    assert scene.there.bare.resolve(first["branch"]) == pushed


async def test_a_branch_that_was_there_before_is_left_alone(scene: Scene) -> None:
    content, _ = CASE["draft_pull_request"].contents(scene)
    pushed = scene.alice.pushes(scene.there, content["branch"], {"e.py": "e\n"})
    await scene.mean("draft_pull_request", content, {})
    assert (await ended(scene))[0] == "failed"
    assert scene.there.bare.resolve(content["branch"]) == pushed


async def test_a_draft_pull_request_that_was_closed_stays_closed(scene: Scene) -> None:
    first, second = CASE["draft_pull_request"].contents(scene)
    await write(scene, "draft_pull_request", first)
    scene.alice.closes(scene.there, (await scene.now()).made["number"])
    await scene.mean("draft_pull_request", second, {})
    state, error = await ended(scene)
    assert (state, "stays closed" in error) == ("failed", True)


async def test_no_branch_but_our_own_is_written(scene: Scene) -> None:
    content, _ = CASE["draft_pull_request"].contents(scene)
    for branch in ("main", "topic", "ponder"):
        scene.key, before = f"draft:{branch}", scene.there.bare.resolve(branch)
        await scene.mean("draft_pull_request", content | {"branch": branch}, {})
        assert (await ended(scene))[0] == "failed"
        assert scene.there.bare.resolve(branch) == before


async def test_a_persons_pull_request_is_not_closed(scene: Scene) -> None:
    await scene.mean("close_pull_request", {"delete_branch": True}, {"number": scene.pull.number})
    state, error = await ended(scene)
    assert (state, "a person's" in error) == ("failed", True)
    assert scene.pull.state == "open"


async def test_a_reaction_to_a_review_and_to_an_issue_s_text(scene: Scene) -> None:
    review = scene.alice.reviews(scene.there, scene.pull.number, "/ponder where?")
    target = {"kind": "review", "number": scene.pull.number, "pull": True}
    for number, more in enumerate(({"node_id": review.node_id}, {"kind": "pull_request"})):
        scene.key = f"reaction:{number}"
        await scene.mean("reaction", {"content": "eyes"}, target | {"comment_id": 1} | more)
        await scene.until_written()
    assert review.reactions == scene.pull.reactions == [(scene.stand_in.world.bot.login, "eyes")]
