"""Whatever is meant, in whatever order, and however GitHub fails meanwhile: at the end a reader
sees what was meant last, once, and in each thread in its order."""

from __future__ import annotations

import random

import pytest

from tests.workers.reports.writing.conftest import Scene, said

FAULTS = [
    {"status": 502},
    {"status": 502, "after": True},
    {"cut": True, "after": True},
    {"drop": True},
    {"status": 429, "headers": {"retry-after": "20"}},
    {"status": 403, "message": "You have exceeded a secondary rate limit"},
    {"status": 401, "message": "Bad credentials", "times": 2},
]


@pytest.mark.parametrize("seed", range(2))
async def test_github_comes_to_what_was_meant(scene: Scene, seed: int) -> None:
    chance, meant = random.Random(seed), dict[str, tuple[int, str]]()
    threads = [scene.alice.opens_issue(scene.there, f"issue {n}").number for n in range(3)]
    for step in range(40):
        match chance.choice(["new", "new", "edit", "fault", "write", "write", "wait"]):
            case "new":
                meant[f"key:{seed}:{step}"] = (chance.choice(threads), f"text {step}")
            case "edit" if meant:
                key = chance.choice(list(meant))
                meant[key] = (meant[key][0], f"text {step}")
            case "fault":
                method = chance.choice(["POST", "PATCH"])
                scene.stand_in.fail(method, "/comments", **chance.choice(FAULTS))
            case "write":
                await scene.post()
            case "wait":
                await scene.wait()
        for key, (number, text) in meant.items():
            urgent = chance.random() < 0.3
            await scene.intend("comment", text, key=key, target={"number": number}, urgent=urgent)
    scene.stand_in.faults.clear()
    for _ in range(20):
        await scene.wait()
        await scene.post()
    for number in threads:
        expected = [text for where, text in meant.values() if where == number]
        assert [said(row.body) for row in scene.there.threads[number].comments] == expected
