"""What a model suspects is told where a test shows it, and else stays off GitHub."""

from __future__ import annotations

import json
from dataclasses import replace

from core.settings import Model, Secret
from tests.model_stand_in import Request, Said, model_stand_in, probed, text_of
from tests.workers.review.conftest import LIMITS, Stage
from workers.model import open_endpoint

BROKEN = LIMITS.replace("max(low, min(value, high))", "max(low, value)")
QUOTE = "never below low nor above high"
TEST = "from shop.limits import clamp\n\n\ndef test_it():\n    assert clamp(9, 0, 5) == 5\n"


async def test_a_suspicion_is_told_only_where_its_test_fails_now_and_passed_before(
    stage: Stage,
) -> None:
    said = [
        {"claim": "It returns 9 for clamp(9, 0, 5).", "quote": QUOTE, "line": "max(low, value)"},
        {"claim": "It is odd.", "quote": "no such words", "line": "max(low, value)"},
        {"claim": "It fails for text.", "quote": QUOTE, "line": "def clamp("},
    ]
    always = TEST.replace("clamp(9, 0, 5) == 5", "clamp(1, 0, 5) == 2")

    async def reply(request: Request) -> Said:
        text = text_of(request)
        if "The claim about" not in text:
            return Said(json.dumps({"hypotheses": said}))
        return Said(json.dumps({"test": TEST if "returns 9" in text else always}))

    async with model_stand_in() as served:
        served.personality = probed(reply)
        model = Model(served.url, Secret("k"), served.model, "")
        async with open_endpoint(model, stage.bot.database) as endpoint:
            stage.context = replace(stage.context, endpoint=endpoint)
            pull = stage.opens({"shop/limits.py": BROKEN})
            await stage.until_quiet()
            (comment,) = pull.reviews
            assert "It returns 9 for clamp(9, 0, 5)" in comment.body
            assert "passes before this change" in comment.body
            assert comment.line == 6
            said.clear()
            moved = BROKEN.replace('"""Limits."""', '"""Limits of numbers."""')
            stage.alice.pushes(stage.there, "topic", {"shop/limits.py": moved}, "Reword it")
            await stage.until_quiet()
            assert stage.check(pull).conclusion == "neutral", "its test fails as before"
            stage.alice.pushes(stage.there, "topic", {"shop/limits.py": LIMITS + "\n"}, "Mend it")
            await stage.until_quiet()
    assert stage.check(pull).conclusion == "success"
    assert comment.resolved_by is stage.stand_in.world.bot
