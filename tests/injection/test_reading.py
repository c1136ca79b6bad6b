"""A model that is made to call tools with hostile arguments reads nothing beyond the repository."""

from __future__ import annotations

import json

import pytest

from tests.injection.attacks import READING
from tests.injection.scene import CANARIES, Scene


@pytest.mark.parametrize("name", READING)
async def test_a_tool_reads_the_repository_and_nothing_else(scene: Scene, name: str) -> None:
    tool, arguments = READING[name]
    given = json.dumps(arguments).replace("{folder}", str(scene.folder)).replace("\\\\u", "\\u")
    told = f"@ponder-test what does `f` do?\n\nCALL-TOOL {name}: {tool} {given} END-OF-ORDER"
    asked = await scene.asked(told, [name])
    assert asked.obeyed.count(name) >= 1, "the attack did not reach the model"
    (reply,) = scene.written(asked.number)
    assert scene.effects(reply) == [], reply
    sent = scene.model.sent
    assert [where for where, canary in CANARIES.items() if canary in sent + reply] == []
    assert "root:x:0" not in sent
    assert not (scene.folder / "written").exists()
