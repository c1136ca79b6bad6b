"""Changes of unusual shape each end with a check that says what they are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workers.review.conftest import CART, FAULTY, Stage
from workers.review import look


async def test_changes_of_any_shape_end_with_the_right_words(stage: Stage) -> None:
    bare, main = stage.there.bare, stage.there.default_branch
    bare.commit("orphan", {"shop/cart.py": FAULTY}, parents=[])
    stage.alice.pushes(stage.there, "nothing", {"a.py": CART})
    stage.alice.pushes(stage.there, "nothing", {"a.py": None})
    stage.alice.pushes(stage.there, "fewer", {"shop/limits.py": None})
    stage.alice.pushes(stage.there, "merged", {"mine.py": CART})
    stage.alice.pushes(stage.there, main, {"theirs.py": FAULTY})
    tips = [bare.git("rev-parse", f"refs/heads/{name}") for name in ("merged", main)]
    bare.commit("merged", {"theirs.py": FAULTY}, parents=tips)
    said = {
        "orphan": "Not reviewed: it has no history in common with its base",
        "nothing": "Not reviewed: it changes nothing",
        "fewer": "Not reviewed: it only removes files",
        "merged": "Nothing found in 1 file",
    }
    pulls = {name: stage.alice.opens(stage.there, name) for name in said}
    await stage.until_quiet()
    for name, pull in pulls.items():
        output = stage.check(pull).output
        assert output["title"] == said[name]
        assert output["summary"], "GitHub takes no check run without a text"


async def test_what_becomes_a_draft_while_it_is_looked_at_is_left_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = look.link

    async def link(**more: Any) -> None:
        await linked(**more)
        assert pull.pull
        pull.pull.draft = True

    monkeypatch.setattr(look, "link", link)
    pull = stage.opens({"shop/cart.py": FAULTY})
    await stage.until_quiet()
    assert not pull.submitted
    assert stage.check(pull).output["title"].startswith("Not reviewed: it is a draft")
