"""In languages besides Python, too, a suspicion of a model becomes a failing test and a patch that
is verified, and a failing test becomes a patch without a model."""

from __future__ import annotations

import json
from dataclasses import dataclass

from core.db import findings, runs, thoughts
from core.db.connect import Database
from core.db.findings import Claim
from core.db.thoughts import Subject
from core.settings import Model, Secret, Settings
from tests.model_stand_in import Personality, Request, Said, model_stand_in, probed, text_of
from tests.thinking import Thinking, thinking
from workers.model import open_endpoint
from workers.runners import RUNNERS
from workers.runners.base import Suite

CLAIM = "clamp(5, 0, 10) gives 0 though 5 lies between."
PROMISE = "never below low and never above high"


@dataclass(frozen=True)
class Shop:
    """A repository with a bug in `path`; `line` is wrong, `mended` is not. `test` shows
    it; `asked` is what a model has to be told to write it, `told` what a person is to run it."""

    path: str
    symbol: str
    files: dict[str, str]
    line: str
    mended: str
    test: str
    asked: str
    told: str


CODE = (
    "// The value, but never below low and never above high.\n"
    "export function clamp(value, low, high) {\n"
    "  if (value > high) {\n"
    "    return high\n"
    "  }\n"
    "  return value < low ? value : low\n"
    "}\n"
)
OTHERS = (
    "import assert from 'node:assert/strict'\nimport test from 'node:test'\n"
    "import { clamp } from '../src/limits.js'\n\n"
    "test('never above', () => { assert.equal(clamp(50, 0, 10), 10) })\n"
)
SCRIPT = Shop(
    "src/limits.js",
    "clamp",
    {
        "package.json": '{"name": "shop", "type": "module"}\n',
        "src/limits.js": CODE,
        "test/limits.test.js": OTHERS,
    },
    "  return value < low ? value : low",
    "  return value < low ? low : value",
    "import assert from 'node:assert/strict'\nimport test from 'node:test'\n"
    "import { clamp } from './src/limits.js'\n\n"
    "test('what lies between stays', () => { assert.equal(clamp(5, 0, 10), 5) })\n",
    "Write an ES module for node:test",
    "// Run it at the repository's root: node --test reproducer.test.mjs\n",
)
GO_OTHERS = (
    'package limits\n\nimport "testing"\n\n'
    "func TestNeverAbove(t *testing.T) {\n"
    '\tif got := Clamp(50, 0, 10); got != 10 {\n\t\tt.Errorf("got %d", got)\n\t}\n}\n'
)
GO = Shop(
    "limits/limits.go",
    "Clamp",
    {
        "go.mod": "module example.org/shop\n\ngo 1.21\n",
        "limits/limits.go": (
            "// Package limits has bounds.\npackage limits\n\n"
            "// Clamp gives the value, but never below low and never above high.\n"
            "func Clamp(value, low, high int) int {\n"
            "\tif value > high {\n\t\treturn high\n\t}\n"
            "\tif value > low {\n\t\treturn low\n\t}\n"
            "\treturn value\n}\n"
        ),
        "limits/limits_test.go": GO_OTHERS,
    },
    "\tif value > low {",
    "\tif value < low {",
    'package limits_test\n\nimport (\n\t"testing"\n\n\t"example.org/shop/limits"\n)\n\n'
    "func TestBetween(t *testing.T) {\n"
    '\tif got := limits.Clamp(5, 0, 10); got != 5 {\n\t\tt.Errorf("got %d", got)\n\t}\n}\n',
    "Write Go for `go test`",
    "// Run it there: go test -run '^TestBetween$'\n// It belongs in the folder limits\n",
)


def saying(shop: Shop, heard: list[str]) -> Personality:
    """A model that suspects, writes the test, and mends."""
    line = shop.line.strip()
    diff = f"--- a/{shop.path}\n+++ b/{shop.path}\n@@ -1 +1 @@\n-{shop.line}\n+{shop.mended}\n"

    async def reply(request: Request) -> Said:
        text = text_of(request)
        heard.append(text)
        if "decides whether a claim" in text:
            return Said(json.dumps({"test": shop.test}))
        if "You mend a bug" in text:
            return Said(json.dumps({"explanation": "It gave the bound.", "diff": diff}))
        if "You look for bugs" in text:
            said = {"claim": CLAIM, "quote": PROMISE, "line": line}
            return Said(json.dumps({"hypotheses": [said]}))
        return Said("{}")

    return probed(reply)


async def followed(made: Thinking, kind: str, subject: Subject) -> None:
    """One Thought, and what it asks for, and nothing else."""
    async with made.engine.database.tenant(0) as connection:
        await thoughts.add(
            connection,
            installation_id=0,
            repository_id=made.repository.id,
            kind=kind,
            subject=subject,
            priority=1.0,
            reason="somebody asked",
        )
    while True:
        async with made.engine.database.tenant(0) as connection:
            claimed = await thoughts.claim_of(connection, made.repository.id, None)
        if claimed is None:
            return
        await made.engine.think(claimed)


async def test_a_suspicion_ends_in_a_patch_that_waits(
    settings: Settings, database: Database
) -> None:
    shop = SCRIPT
    heard: list[str] = []
    async with model_stand_in() as served:
        served.personality = saying(shop, heard)
        model = Model(served.url, Secret("k"), served.model, "")
        async with (
            open_endpoint(model, database) as endpoint,
            thinking(settings, database, shop.files, endpoint=endpoint) as made,
        ):
            about = Subject("symbol", path=shop.path, symbol=shop.symbol)
            await followed(made, "hypothesize_bug", about)
            (found,) = await made.findings()
    assert any(shop.asked in text for text in heard)
    assert (found.evidence, found.state, found.patch_state) == ("reproduced", "open", "verified")
    assert f"-{shop.line}\n+{shop.mended}\n" in (found.patch or "")
    assert shop.told in (found.reproducer or "")


async def test_what_a_test_shows_is_mended_without_a_model(
    settings: Settings, database: Database
) -> None:
    shop, runner = GO, RUNNERS["go"]
    text = runner.alone_text(Suite((), (), (), ()), shop.test, shop.path)
    assert shop.told in text
    assert shop.asked in runner.how(Suite((), (), (), ()), shop.path)
    claim = Claim(
        *("ab" * 16, "failing-test", "high", "reproduced", shop.path, 6, 6, "It gives a bound."),
        symbol=shop.symbol,
        reproducer=text,
    )
    async with thinking(settings, database, shop.files) as made:
        whose = made.repository.id
        about = Subject("finding", path=shop.path, finding=claim.fingerprint)
        async with database.tenant(0) as connection:
            thought = await thoughts.add(
                connection,
                installation_id=0,
                repository_id=whose,
                kind="draft_patch",
                subject=about,
                priority=1.0,
                reason="asked",
            )
            run = await runs.begin(connection, thought, "c" * 40)
            await findings.claim(
                connection,
                installation_id=0,
                repository_id=whose,
                run_id=run.id,
                thought="verify",
                commit="c",
                claims=[claim],
            )
        await made.think("draft_patch")
        (found,) = await made.findings()
    assert (found.evidence, found.patch_state) == ("reproduced", "verified")
    assert f"-{shop.line}\n" in (found.patch or "")
