"""The stand-in keeps GitHub's rules: without that the other tests would prove little."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.github_stand_in.conftest import CHANGED, Place

SHOWN = {"path": "a.py", "body": "look"}


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"line": 5}, ""),
        ({"line": 8, "start_line": 2}, ""),
        ({"line": 40, "side": "LEFT"}, ""),
        ({"line": 20}, "line must be part of the diff"),
        ({"line": 5, "side": "RIGHT", "path": "b.py"}, "no such file in the diff"),
        ({"line": 40, "start_line": 5}, "same hunk"),
        ({"line": 5, "start_line": 7}, "must precede"),
        ({"line": 5, "subject_type": "file"}, "permitted key"),
    ],
)
async def test_one_comment_outside_the_diff_fails_the_whole_review(
    place: Place, where: dict[str, Any], message: str
) -> None:
    comments = [SHOWN | {"line": 5}, SHOWN | where]
    body = {"event": "COMMENT", "body": "hm", "comments": comments}
    status, said, _ = await place.ask("POST", "{r}/pulls/1/reviews", body)
    if message:
        assert status == 422
        assert message in said["message"]
    assert len(place.pull.reviews) == (0 if message else 2)
    place.stand_in.violations.clear()  # what is refused may be what is not described


async def test_a_review_is_pending_until_it_is_submitted(place: Place) -> None:
    made = await place.says("POST", "{r}/pulls/1/reviews", {"comments": [SHOWN | {"line": 5}]})
    assert (made["state"], place.pull.reviews) == ("PENDING", [])
    again = await place.refused("POST", "{r}/pulls/1/reviews", {})
    assert "one pending review" in again[1]
    path = f"{{r}}/pulls/1/reviews/{made['id']}/events"
    await place.says("POST", path, {"event": "COMMENT", "body": "done"})
    (comment,) = await place.says("GET", "{r}/pulls/1/comments")
    assert (comment["line"], comment["side"], comment["pull_request_review_id"]) == (
        5,
        "RIGHT",
        made["id"],
    )


async def test_a_push_moves_the_head_and_outdates_what_it_changed(place: Place) -> None:
    kept = place.alice.remarks(place.there, 1, "here", path="a.py", line=3)
    lost = place.alice.remarks(place.there, 1, "there", path="a.py", line=5)
    new = place.alice.pushes(
        place.there, "topic", {"a.py": "first\n" + CHANGED.replace("five\n", "six\n")}
    )
    row = await place.says("GET", "{r}/pulls/1")
    assert row["head"]["sha"] == new == place.there.bare.resolve("refs/pull/1/head")
    assert (kept.line, kept.outdated, lost.outdated) == (4, False, True)


async def test_a_rebase_keeps_the_changes_and_replaces_the_commits(place: Place) -> None:
    old = place.pull.pull and place.pull.pull.head_sha
    place.alice.pushes(place.there, "main", {"c.py": "c\n"})
    place.alice.rebases(place.there, 1)
    (file,) = await place.says("GET", "{r}/pulls/1/files")
    assert (file["filename"], file["additions"], file["deletions"]) == ("a.py", 1, 2)
    assert place.pull.pull is not None
    assert place.pull.pull.head_sha != old


async def test_the_head_of_a_fork_is_in_the_base_repository_only_by_its_number(
    place: Place,
) -> None:
    mallory = place.stand_in.person("mallory")
    fork = mallory.forks(place.there)
    sha = mallory.pushes(fork, "evil", {"x.py": "x\n"})
    pull = mallory.opens(place.there, "evil", source=fork)
    row = await place.says("GET", f"{{r}}/pulls/{pull.number}")
    assert (row["head"]["sha"], row["head"]["repo"]["full_name"]) == (sha, "mallory/project")
    assert place.there.bare.resolve(f"refs/pull/{pull.number}/head") == sha
    assert place.there.bare.resolve("refs/heads/evil") is None


async def test_a_merge_closes_the_pull_request_and_moves_the_base(place: Place) -> None:
    sha = place.alice.merges(place.there, 1)
    row = await place.says("GET", "{r}/pulls/1")
    assert (row["merged"], row["merge_commit_sha"]) == (True, sha)
    assert place.there.bare.read("main:a.py") == CHANGED.encode()


async def test_annotations_add_up_and_a_refused_batch_adds_none(place: Place) -> None:
    sha = place.there.bare.resolve("topic")
    note = {"path": "a.py", "start_line": 1, "end_line": 1, "annotation_level": "notice"}
    notes = [note | {"message": str(n)} for n in range(50)]
    output = {"title": "Ponder", "summary": "so far", "annotations": notes}
    run = {"name": "ponder", "head_sha": sha, "external_id": "check:1", "status": "in_progress"}
    made = await place.says("POST", "{r}/check-runs", run | {"output": output})
    path = f"{{r}}/check-runs/{made['id']}"
    too_many = {"title": "t", "summary": "s", "annotations": [*notes, notes[0]]}
    assert (await place.refused("PATCH", path, {"output": too_many}))[0] == 422
    place.stand_in.violations.clear()
    ended = {"status": "completed", "conclusion": "neutral", "output": output}
    assert (await place.says("PATCH", path, ended))["output"]["annotations_count"] == 100
    found = await place.says("GET", f"{{r}}/commits/{sha}/check-runs?check_name=ponder")
    assert [row["external_id"] for row in found["check_runs"]] == ["check:1"]
    listed = await place.says("GET", f"{path}/annotations?per_page=100")
    assert len(listed) == 100


@pytest.mark.parametrize(
    "action",
    [
        {"label": "x" * 21, "description": "d", "identifier": "i"},
        {"label": "x", "description": "d" * 41, "identifier": "i"},
        {"label": "x", "description": "d", "identifier": "i" * 21},
    ],
)
async def test_a_button_has_short_words(place: Place, action: dict[str, str]) -> None:
    run = {"name": "ponder", "head_sha": place.there.bare.resolve("topic"), "actions": [action]}
    assert (await place.refused("POST", "{r}/check-runs", run))[0] == 422
    place.stand_in.violations.clear()


async def test_a_draft_is_made_with_the_git_data_api_and_signed(place: Place) -> None:
    main = place.there.bare.resolve("main")
    entry = {"path": "a.py", "mode": "100644", "type": "blob", "content": "mended\n"}
    tree = await place.says("POST", "{r}/git/trees", {"base_tree": main, "tree": [entry]})
    commit = await place.says(
        "POST", "{r}/git/commits", {"message": "Mend", "tree": tree["sha"], "parents": [main]}
    )
    assert commit["verification"]["verified"]
    ref = {"ref": "refs/heads/ponder/mend", "sha": commit["sha"]}
    await place.says("POST", "{r}/git/refs", ref)
    assert "already exists" in (await place.refused("POST", "{r}/git/refs", ref))[1]
    wanted = {"head": "ponder/mend", "base": "main", "title": "Mend", "draft": True}
    assert (await place.says("POST", "{r}/pulls", wanted))["draft"]
    assert "already exists" in (await place.refused("POST", "{r}/pulls", wanted))[1]
    assert place.there.bare.read("ponder/mend:b.py") == b"b\n"


async def test_a_branch_moves_forward_only_unless_it_is_forced(place: Place) -> None:
    first, topic = (place.there.bare.resolve(name) for name in ("main", "topic"))
    path = "{r}/git/refs/heads/topic"
    assert "fast forward" in (await place.refused("PATCH", path, {"sha": first}))[1]
    await place.says("PATCH", path, {"sha": first, "force": True})
    await place.says("PATCH", path, {"sha": topic})


async def test_workflows_need_their_own_permission(place: Place) -> None:
    main = place.there.bare.resolve("main")
    entry = {"path": ".github/workflows/x.yml", "mode": "100644", "type": "blob", "content": "on"}
    status, _ = await place.refused("POST", "{r}/git/trees", {"base_tree": main, "tree": [entry]})
    assert status == 403


async def test_no_drafts_in_private_repositories_of_free_plans(place: Place) -> None:
    place.there.free = place.there.private = True
    place.alice.pushes(place.there, "other", {"c.py": "c\n"})
    wanted = {"head": "other", "base": "main", "title": "t", "draft": True}
    assert "not supported" in (await place.refused("POST", "{r}/pulls", wanted))[1]
    await place.says("POST", "{r}/pulls", wanted | {"draft": False})


async def test_an_empty_repository_has_no_references(place: Place, tmp_path: Path) -> None:
    place.there.git = tmp_path / "empty.git"
    place.there.git.mkdir()
    place.there.bare.create()
    assert (await place.refused("GET", "{r}/git/ref/heads/main"))[0] == 409


async def test_issues_and_labels_are_made_edited_and_found(place: Place) -> None:
    made = await place.says("POST", "{r}/issues", {"title": "Ponder", "labels": ["ponder"]})
    path = f"{{r}}/issues/{made['number']}"
    await place.says("PATCH", path, {"body": "- [ ] tick"})
    await place.says("POST", f"{path}/labels", {"labels": ["more"]})
    await place.says("DELETE", f"{path}/labels/ponder")
    (found,) = await place.says("GET", "{r}/issues?labels=more")
    assert (found["body"], [row["name"] for row in found["labels"]]) == ("- [ ] tick", ["more"])


async def test_reactions_that_did_not_change_cost_nothing(place: Place) -> None:
    comment = place.alice.says(place.there, 1, "hello")
    place.alice.reacts(comment, "+1")
    path = f"{{r}}/issues/comments/{comment.id}/reactions"
    _, (row,), headers = await place.ask("GET", path)
    assert (row["user"]["login"], row["content"]) == ("alice", "+1")
    left = place.installation.requests_left
    assert (await place.ask("GET", path, If_None_Match=headers["ETag"]))[0] == 304
    assert place.installation.requests_left == left


THREADS = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 50, after: $after) {
        nodes { id isResolved comments(first: 1) { nodes { databaseId } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""
RESOLVE = """
mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { id isResolved } } }
"""


async def test_a_thread_is_found_and_resolved_by_graphql(place: Place) -> None:
    root = place.alice.remarks(place.there, 1, "here", path="a.py", line=5)
    place.alice.replies(place.there, 1, root, "and?")
    said = await place.graphql(THREADS, owner="octo", name="project", number=1, after=None)
    (node,) = said["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"]
    first = {"nodes": [{"databaseId": root.id}]}
    assert node == {"id": root.thread_id, "isResolved": False, "comments": first}
    done = await place.graphql(RESOLVE, id=root.thread_id)
    assert done["data"]["resolveReviewThread"]["thread"]["isResolved"]
    assert root.resolved_by is place.stand_in.world.bot


async def test_graphql_knows_what_githubs_schema_does_not_have(place: Place) -> None:
    said = await place.graphql("{ repository(owner: 1, name: 2) { nonsense } }")
    assert "doesn't exist" in said["errors"][0]["message"]
    assert place.stand_in.violations
    place.stand_in.violations.clear()
    gone = await place.graphql(RESOLVE, id="PRRT_x")
    assert gone["errors"][0]["type"] == "NOT_FOUND"


async def test_no_text_of_a_person_is_changed_unseen(place: Place) -> None:
    comment = place.alice.says(place.there, 1, "mine")
    await place.says("PATCH", f"{{r}}/issues/comments/{comment.id}", {"body": "ours"})
    assert "not ours" in place.stand_in.violations.pop()


async def test_too_much_to_read_in_a_minute_meets_the_secondary_limit(place: Place) -> None:
    place.stand_in.limits.per_minute = 2
    answers = [await place.ask("POST", "{r}/issues/1/comments", {"body": str(n)}) for n in range(3)]
    assert [status for status, _, _ in answers] == [201, 201, 403]
    assert answers[-1][2]["Retry-After"] == "60"


async def test_the_primary_limit_says_when_it_ends(place: Place) -> None:
    place.installation.requests_left = 1
    assert (await place.ask("GET", "{r}/pulls/1"))[0] == 200
    status, _, headers = await place.ask("GET", "{r}/pulls/1")
    assert (status, headers["X-RateLimit-Remaining"]) == (403, "0")


async def test_an_answer_can_be_cut_off_in_the_middle(place: Place) -> None:
    place.stand_in.fail("POST", "/comments$", cut=True)
    with pytest.raises(aiohttp.ClientPayloadError):
        await place.ask("POST", "{r}/issues/1/comments", {"body": "hello"})
    assert len(place.pull.comments) == 1  # it was done


async def test_a_renamed_repository_leads_to_its_new_name(place: Place) -> None:
    old = "{r}/pulls/1"
    path = old.format(r=f"/repos/{place.there.full_name}")
    place.alice.renames(place.there, "renamed")
    status, _, headers = await place.ask("GET", path)
    assert status == 301
    assert headers["Location"].endswith("/repos/octo/renamed/pulls/1")


async def test_a_manifest_becomes_an_app_once(place: Place) -> None:
    manifest = {"name": "Ponder", "url": "https://x.example", "redirect_url": "https://x.example/"}
    async with place.session.post(
        f"{place.stand_in.url}/settings/apps/new?state=s",
        data={"manifest": json.dumps(manifest)},
        allow_redirects=False,
    ) as response:
        back = response.headers["Location"]
    place.token = ""  # nobody is signed in
    code = back.partition("code=")[2].partition("&")[0]
    made = await place.says("POST", f"/app-manifests/{code}/conversions")
    assert (made["id"], made["webhook_secret"]) == (4711, place.stand_in.webhooks.secret)
    assert (await place.refused("POST", f"/app-manifests/{code}/conversions"))[0] == 404
