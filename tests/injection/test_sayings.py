"""A model that says whatever the repository, or whoever asks, tells it to say: nothing of it has an
effect on GitHub beyond being read."""

from __future__ import annotations

import re

import pytest

from tests.injection.attacks import GROUPS, Group
from tests.injection.scene import Scene

SAYINGS = [
    pytest.param(group, name, id=f"{name}-{group.carrier}")
    for group in GROUPS
    for name in group.payloads
]


@pytest.mark.parametrize(("group", "name"), SAYINGS)
async def test_what_a_model_is_made_to_say_has_no_effect(
    scene: Scene, group: Group, name: str
) -> None:
    asked = await scene.asked(group.question, group.payloads)
    assert name in asked.obeyed, "the attack did not reach the model"
    (reply,) = scene.written(asked.number)
    assert scene.effects(reply) == [], reply
    assert [re.sub(r"\d+", "N", each.partition("/repos/")[2]) for each in asked.writes] == [
        "octo/project/issues/comments/N/reactions",
        "octo/project/issues/N/comments",
    ]


async def test_a_name_of_a_file_has_no_effect(scene: Scene) -> None:
    asked = await scene.asked("@ponder-test where is `attacked_by_name` defined?", ["name"])
    assert "name" in asked.obeyed
    (reply,) = scene.written(asked.number)
    assert scene.effects(reply) == [], reply
