"""From what a person asks for to a draft pull request, or to why there is none."""

from __future__ import annotations

import pytest

from tests.workers.drafts.conftest import CART, FINGERPRINT, MENDED, TEST, Shop
from workers.linters.patch import unified

WORKFLOW = "--- /dev/null\n+++ b/.github/workflows/x.yml\n@@ -0,0 +1 @@\n+on: push\n"


async def test_who_may_write_asks_and_a_draft_is_opened(shop: Shop) -> None:
    await shop.find()
    before = shop.tip
    question = shop.alice.opens_issue(shop.there, "Wrong", "It is.")
    draft = await shop.ask(told={"number": question.number, "pull": False})
    assert draft.state == "open", draft.said
    pull = shop.pull(draft)
    assert pull.pull
    assert pull.pull.draft
    assert pull.pull.head.startswith("ponder/fix-total-")
    assert shop.there.bare.read(f"{pull.pull.head_sha}:cart.py") == MENDED.encode()
    assert shop.tip == before
    (told,) = question.comments
    assert told.body.startswith(f"Opened #{draft.number}, a draft that waits for you")


async def test_its_text_says_what_why_on_what_evidence_and_how_to_reject_it(shop: Shop) -> None:
    await shop.find()
    text = shop.pull(await shop.ask()).body
    for part in ("### Why", "### Evidence", "### How it was checked", "### If you do not want it"):
        assert part in text
    assert TEST.strip() in text
    assert f"fails at `{shop.tip[:9]}`" in text


async def test_the_commit_has_no_author_of_ours_so_that_github_signs_it(shop: Shop) -> None:
    await shop.find()
    await shop.ask()
    (request,) = shop.stand_in.asked("POST", "/git/commits$")
    assert request.body.keys() == {"message", "tree", "parents"}


@pytest.mark.parametrize("by", ["mallory", "nobody"])
async def test_who_may_not_write_gets_nothing(shop: Shop, by: str) -> None:
    await shop.find()
    draft = await shop.ask(by)
    assert (draft.state, shop.pulls()) == ("refused", [])
    assert "write access" in draft.said


async def test_a_permission_counts_as_it_is_when_the_work_begins(shop: Shop) -> None:
    await shop.find()
    shop.there.roles["alice"] = "read"
    assert (await shop.ask()).state == "refused"


async def test_without_the_second_tier_the_diff_is_offered_with_how_to_opt_in(shop: Shop) -> None:
    await shop.find()
    await shop.allow(contents="read")
    question = shop.alice.opens_issue(shop.there, "Wrong", "It is.")
    draft = await shop.ask(told={"number": question.number, "pull": False})
    assert (draft.state, shop.pulls()) == ("offered", [])
    (told,) = question.comments
    assert "Contents: Read and write" in told.body
    assert "+    return sum(prices)" in told.body
    assert shop.stand_in.asked("POST", "/git/") == []


async def test_where_the_plan_has_no_drafts_it_says_so_and_offers_the_diff(shop: Shop) -> None:
    shop.there.free = shop.there.private = True
    await shop.find()
    question = shop.alice.opens_issue(shop.there, "Wrong", "It is.")
    draft = await shop.ask(told={"number": question.number, "pull": False})
    assert (draft.state, shop.pulls()) == ("failed", [])
    assert "no draft pull requests" in draft.said
    assert shop.there.bare.git("for-each-ref", "refs/heads/ponder") == ""
    assert "+    return sum(prices)" in question.comments[0].body


@pytest.mark.parametrize(
    ("patch", "reason"),
    [
        (WORKFLOW, "for people alone"),
        (unified("cart.py", "def gone():\n    pass\n", "def gone():\n    return\n"), "not apply"),
    ],
)
async def test_what_must_not_be_changed_is_not(shop: Shop, patch: str, reason: str) -> None:
    await shop.find(patch=patch)
    draft = await shop.ask()
    assert (draft.state, shop.pulls()) == ("offered", [])
    assert reason in draft.said


async def test_two_are_open_at_most(shop: Shop) -> None:
    for number in range(3):
        await shop.find(fingerprint=f"{number:032}")
    drafts = [await shop.ask(fingerprint=f"{number:032}") for number in range(3)]
    assert [draft.state for draft in drafts] == ["open", "open", "refused"]
    assert f"#{drafts[0].number}" in drafts[2].said


async def test_what_is_offered_already_is_not_offered_twice(shop: Shop) -> None:
    await shop.find()
    first, second = await shop.ask(), await shop.ask()
    assert second.said == f"#{first.number} offers this already."


async def test_the_base_that_has_it_already_needs_no_draft(shop: Shop) -> None:
    await shop.find()
    shop.alice.pushes(shop.there, "main", {"cart.py": MENDED}, "mend it")
    draft = await shop.ask()
    assert draft.state == "offered"
    assert "does not apply" in draft.said


async def test_a_command_without_a_name_takes_the_strongest_that_is_ready(shop: Shop) -> None:
    await shop.find()
    assert (await shop.ask(fingerprint="", text="cart.py")).fingerprint == FINGERPRINT
    assert (await shop.ask(fingerprint="", text="other.py")).state == "refused"


async def test_where_nothing_is_proven_it_says_so(shop: Shop) -> None:
    draft = await shop.ask(fingerprint="")
    assert (draft.state, shop.pulls()) == ("refused", [])
    assert draft.said.startswith("I found nothing to mend in the default branch")


async def test_of_a_pull_request_the_draft_is_for_its_branch(shop: Shop) -> None:
    head = shop.alice.pushes(shop.there, "topic", {"new.py": "x = 1\n"}, "more")
    asked = shop.alice.opens(shop.there, "topic")
    ref = f"refs/pull/{asked.number}/head"
    await shop.find(ref=ref, commit=head)
    pull = shop.pull(await shop.ask(fingerprint="", ref=ref)).pull
    assert pull
    assert pull.base == "topic"


async def test_of_a_fork_the_diff_is_offered(shop: Shop) -> None:
    fork = shop.mallory.forks(shop.there)
    head = shop.mallory.pushes(fork, "evil", {"new.py": "x = 1\n"}, "more")
    asked = shop.mallory.opens(shop.there, "evil", source=fork)
    ref = f"refs/pull/{asked.number}/head"
    await shop.find(ref=ref, commit=head)
    draft = await shop.ask(fingerprint="", ref=ref, told={"number": asked.number, "pull": True})
    assert draft.state == "offered"
    assert "comes from a fork" in asked.comments[0].body
    assert len(shop.pulls()) == 1


async def test_what_was_not_tried_is_thought_about_first(shop: Shop) -> None:
    await shop.find(tried=False)
    question = shop.alice.opens_issue(shop.there, "Wrong", "It is.")
    draft = await shop.ask(told={"number": question.number, "pull": False})
    assert (draft.state, shop.pulls()) == ("thinking", [])
    assert question.comments[0].body.startswith("On it:")
    thought = await shop.thought(draft)
    assert (thought.kind, thought.asked_by) == ("draft_patch", "alice")
    await shop.find(tried=True)
    await shop.end(thought, "done")
    assert (await shop.go_on(draft)).state == "open"
    assert len(question.comments) == 1


async def test_what_breaks_other_tests_is_not_offered(shop: Shop) -> None:
    await shop.find(tried=False)
    draft = await shop.ask()
    await shop.end(await shop.thought(draft), "done", "No patch was found that breaks nothing.")
    after = await shop.go_on(draft)
    assert (after.state, shop.pulls()) == ("refused", [])
    assert "breaks nothing" in after.said


async def test_where_nothing_can_be_run_a_proposal_is_offered_as_that(shop: Shop) -> None:
    await shop.find(tried=False, reproducer=None, evidence="proven", rule="ruff/B006")
    draft = await shop.ask()
    await shop.end(await shop.thought(draft), "nothing")
    after = await shop.go_on(draft)
    assert "It was not run" in shop.pull(after).body


async def test_tests_are_asked_for_by_a_path_or_for_what_a_pull_request_grew(shop: Shop) -> None:
    named = await shop.ask(kind="tests", fingerprint="", text="`cart.py`")
    assert (await shop.thought(named)).about.path == "cart.py"
    head = shop.alice.pushes(shop.there, "topic", {"new.py": "x = 1\n" * 9, "a.md": "a" * 99}, "m")
    asked = shop.alice.opens(shop.there, "topic")
    ref = f"refs/pull/{asked.number}/head"
    about = (await shop.thought(await shop.ask(kind="tests", fingerprint="", ref=ref))).about
    assert (about.path, about.ref, about.after) == ("new.py", ref, head)
    assert (await shop.ask(kind="tests", fingerprint="")).state == "refused"


async def test_who_waits_is_told_why_it_does_not_go_on(shop: Shop) -> None:
    question = shop.alice.opens_issue(shop.there, "Wrong", "It is.")
    told = {"number": question.number, "pull": False}
    draft = await shop.ask(fingerprint="", ref="refs/pull/99/head", told=told)
    assert draft.state == "failed"
    assert question.comments[0].body.startswith("I cannot go on with this: ")


async def test_what_a_review_found_can_be_mended(shop: Shop) -> None:
    head = shop.alice.pushes(shop.there, "topic", {"new.py": "x = 1\n"}, "more")
    asked = shop.alice.opens(shop.there, "topic")
    await shop.review(asked.number, head)
    ref = f"refs/pull/{asked.number}/head"
    thought = await shop.thought(await shop.ask(fingerprint="", ref=ref))
    assert (thought.kind, thought.about.finding) == ("draft_patch", FINGERPRINT)


async def test_what_nothing_mends_is_not_called_nothing(shop: Shop) -> None:
    head = shop.alice.pushes(shop.there, "topic", {"new.py": "x = 1\n"}, "more")
    asked = shop.alice.opens(shop.there, "topic")
    await shop.review(asked.number, head, mends=False)
    draft = await shop.ask(fingerprint="", ref=f"refs/pull/{asked.number}/head")
    assert draft.said.startswith(
        f"I have no change to offer for the problem found in #{asked.number}"
    )


async def test_hostile_words_of_a_finding_reach_nobody(shop: Shop) -> None:
    evil = (
        "`x` @octo/all fixes #1 GH-2 [skip ci] ![p](https://evil.example/p.png) <img src=x>\n"
        "Co-authored-by: m"
    )
    await shop.find(message=evil, explanation=evil, symbol="@octo #1")
    pull = shop.pull(await shop.ask())
    assert pull.pull
    message = shop.there.bare.git("log", "-1", "--format=%B", pull.pull.head_sha)
    for text in (pull.title, message):
        assert "@" not in text
        for word in ("#", "GH-", "[", "://"):
            assert word not in text
    assert "\nCo-authored-by" not in message
    assert "](https://evil" not in pull.body
    assert "<img" not in pull.body
    assert CART


async def test_where_the_base_moved_meanwhile_it_is_tried_there_before_it_is_opened(
    shop: Shop,
) -> None:
    await shop.find()
    shop.alice.pushes(shop.there, "main", {"other.py": "y = 2\n"}, "more")
    moved = shop.tip
    assert (await shop.ask()).state == "asked", "the newest commit is not indexed yet"
    await shop.indexed()
    (waiting,) = await shop.drafts()
    waiting = await shop.go_on(waiting)
    thought = await shop.thought(waiting)
    assert (thought.kind, thought.about.after) == ("verify", moved)
    assert not shop.pulls()
    await shop.end(thought, "done", holds=True)
    shop.alice.pushes(shop.there, "main", {"other.py": "y = 3\n"}, "more")
    opened = await shop.go_on(waiting)
    assert (opened.state, opened.base_commit) == ("open", moved)
    assert "was tried there again, and holds" in shop.pull(opened).body


async def test_what_does_not_hold_where_the_base_is_now_is_not_opened(shop: Shop) -> None:
    await shop.find()
    shop.alice.pushes(shop.there, "main", {"other.py": "y = 2\n"}, "more")
    await shop.indexed()
    waiting = await shop.ask()
    await shop.end(await shop.thought(waiting), "done", "1 test breaks.")
    refused = await shop.go_on(waiting)
    assert (refused.state, shop.pulls()) == ("refused", [])
    assert f"does not hold on `main` as it is now (`{shop.tip[:9]}`)" in refused.said
