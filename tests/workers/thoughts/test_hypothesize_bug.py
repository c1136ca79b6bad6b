"""A suspicion becomes a test, and the test decides."""

from __future__ import annotations

import json

from core.db.connect import Database
from core.db.findings import Finding
from core.settings import Model, Secret, Settings
from tests.model_stand_in import Request, Said, model_stand_in, probed, text_of
from tests.thinking import thinking
from workers.model import open_endpoint

CODE = (
    "def clamp(value, low, high):\n"
    '    """The value, but never below low and never above high."""\n'
    "    if value > high:\n"
    "        return high\n"
    "    return min(value, low)\n"
)
FILES = {"shop/__init__.py": "", "shop/limits.py": CODE}
RIGHT = {
    "claim": "clamp(5, 0, 10) gives 0 though 5 lies between.",
    "quote": "never below low and never above high",
    "line": "return min(value, low)",
}
WRONG = RIGHT | {"claim": "clamp(50, 0, 10) gives 50.", "line": "if value > high"}
ASIDE = RIGHT | {"claim": "clamp(1, 0, 10) gives 0.", "line": "return high"}
INVENTED = RIGHT | {"claim": "It is slow.", "quote": "in constant time"}
TESTS = {
    RIGHT["claim"]: "assert clamp(5, 0, 10) == 5",
    WRONG["claim"]: "assert clamp(50, 0, 10) == 10",
    ASIDE["claim"]: "assert clamp(1, 0, 10) == 1",
}


async def reply(request: Request) -> Said:
    text = text_of(request)
    if "decides whether a claim" not in text:
        return Said(json.dumps({"hypotheses": [RIGHT, WRONG, ASIDE, INVENTED]}))
    (body,) = [test for claim, test in TESTS.items() if claim in text]
    test = f"from shop.limits import clamp\n\n\ndef test_it() -> None:\n    {body}\n"
    return Said(json.dumps({"test": test}))


async def found(settings: Settings, database: Database) -> dict[str, Finding]:
    async with model_stand_in() as served:
        served.personality = probed(reply)
        model = Model(served.url, Secret("k"), served.model, "")
        async with (
            open_endpoint(model, database) as endpoint,
            thinking(settings, database, FILES, endpoint=endpoint) as made,
        ):
            await made.think("hypothesize_bug", "generate_tests", "verify")
            told = await made.findings(rule=["broken-promise"])
            return {each.message: each for each in told}


async def test_a_test_decides_what_a_model_suspects(settings: Settings, database: Database) -> None:
    findings = await found(settings, database)
    assert findings.keys() == {RIGHT["claim"], WRONG["claim"], ASIDE["claim"]}
    shown = findings[RIGHT["claim"]]
    assert (shown.evidence, shown.state, shown.start_line) == ("reproduced", "open", 5)
    assert "assert clamp(5, 0, 10) == 5" in (shown.reproducer or "")
    refuted = findings[WRONG["claim"]]
    assert (refuted.evidence, refuted.state) == ("suspected", "false_positive")
    aside = findings[ASIDE["claim"]]
    assert (aside.evidence, aside.state) == ("suspected", "open")
    assert aside.checks[-1]["said"].endswith("The test does not run the lines in question.")
