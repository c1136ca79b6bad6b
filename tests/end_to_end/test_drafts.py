"""From a finding to a draft pull request, through every door, with a real sandbox and a stand-in
for GitHub alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import pytest
from aiohttp.test_utils import TestClient, TestServer, unused_port

from core.artifacts import open_artifacts
from core.db import drafts, installations, thoughts, work
from core.db.drafts import Draft, State
from core.db.findings import Claim
from core.db.repositories import Repository
from core.github import open_github
from tests.bot.conftest import bot
from tests.found import keep_found, keep_tried
from tests.github_stand_in.fixtures import github, github_settings, stand_in
from tests.github_stand_in.people import Person
from tests.github_stand_in.threads import Pull, Thread
from tests.workers.review.conftest import CART, LIMITS, Stage, stage
from web.app import build
from workers import jobs
from workers.engine.think import Engine
from workers.linters.patch import unified
from workers.sandbox import open_sandbox

__all__ = ["bot", "github", "github_settings", "stage", "stand_in"]

TESTS = (
    "from shop.cart import total\nfrom shop.limits import clamp\n\n\n"
    "def test_total():\n    assert total([1, 2]) == 3\n\n\n"
    "def test_clamp():\n    assert clamp(5, 0, 3) == 3\n"
)
CHEAPEST = '''

def cheapest(prices, count):
    """The lowest prices, so many of them."""
    return sorted(prices)[: count - 1]
'''
REPRODUCER = (
    "import sys\nfrom pathlib import Path\n\nsys.path.insert(0, str(Path.cwd()))\n\n"
    "from shop.cart import cheapest\n\n\n"
    "def test_it():\n    assert cheapest([5, 4], 1) == [4]\n"
)
SHOP = CART + CHEAPEST
MENDED = SHOP.replace("[: count - 1]", "[: count]")
MORE = "from shop.till import pay\n\n\ndef test_pay():\n    assert pay() == 1\n"
ADDED = "--- /dev/null\n+++ b/tests/test_till.py\n@@ -0,0 +1,5 @@\n" + "".join(
    f"+{line}\n" for line in MORE.splitlines()
)
FAULTY = LIMITS + '\n\ndef is_closed(state: str) -> bool:\n    return state is "closed"\n'
PAGE = {"Accept": "text/html"}


@dataclass
class Chain:
    """`alice` may write, `mallory` only reads. Whatever is queued is done by `all_done`."""

    stage: Stage
    engine: Engine
    here: Repository
    mallory: Person

    @property
    def alice(self) -> Person:
        return self.stage.alice

    @property
    def there(self) -> Any:
        return self.stage.there

    async def all_done(self) -> None:
        """Webhooks, work, and what is thought, until nothing is left."""
        context = {"context": self.stage.context}
        for _ in range(80):
            await self.stage.stand_in.webhooks.settled()
            async with self.engine.database.system() as connection:
                await connection.execute("UPDATE work SET run_at = now() WHERE state = 'queued'")
                await connection.execute("UPDATE intents SET next_at = now() WHERE state = 'open'")
                due = [row for row in await work.due(connection) if row.kind != "embed"]
                claimed = await thoughts.claim_of(connection, self.here.id)
            if claimed is not None:
                await self.engine.think(claimed)
            for row in due:
                await jobs.run_work(context, row.id)
            if not due and claimed is None:
                return
        raise AssertionError("it never ends")

    async def find(self, number: int, **other: Any) -> str:
        """Something of the default branch, with a change that nobody tried yet; its fingerprint."""
        claim = Claim(
            *(f"{number:032x}", "promise-of-cheapest", "medium", "reproduced", "shop/cart.py"),
            *(8, 10, "`cheapest` gives one too few."),
            symbol="cheapest",
            reproducer=REPRODUCER,
            patch=unified("shop/cart.py", SHOP, MENDED),
        )
        async with self._tenant() as connection:
            commit = self.there.bare.resolve("main")
            await keep_found(connection, self.here, replace(claim, **other), commit)
        return claim.fingerprint

    async def tried(self, fingerprint: str) -> str:
        """As if its change had been."""
        async with self._tenant() as connection:
            said = "the test that failed passes."
            await keep_tried(connection, self.here, fingerprint, said)
        return fingerprint

    async def newest(self) -> Draft:
        """What came of what was asked for last."""
        async with self._tenant() as connection:
            states = get_args(State)
            return (await drafts.of_repository(connection, self.here.id, states=states))[0]

    async def by_the_page(self, person: Person, fingerprint: str) -> None:
        """Logged in with GitHub, the button of the finding's own page."""
        port = unused_port()
        context = self.stage.context
        settings = replace(context.settings, public_url=f"http://127.0.0.1:{port}")
        place = f"/repositories/{self.here.id}/insights/{fingerprint}"
        async with open_github(settings) as github:
            app = build(
                settings=settings, database=context.database, queue=context.queue, github=github
            )
            async with TestClient(TestServer(app, port=port)) as client:
                self.stage.stand_in.visitor = person.account
                await client.get("/login/github", params={"next": place})
                said = await client.post(place, data={"act": "pull"}, headers=PAGE)
                assert "It is being prepared." in await said.text()
        await self.all_done()

    def pull(self, draft: Draft) -> tuple[Thread, Pull]:
        thread = self.there.threads[draft.number]
        assert thread.pull
        return thread, thread.pull

    def _tenant(self) -> Any:
        return self.engine.database.tenant(self.here.installation_id)


@pytest.fixture
async def chain(stage: Stage, tmp_path: Path) -> Chain:
    sandbox = await open_sandbox(tmp_path / "scratch")
    assert sandbox is not None
    engine = Engine(
        stage.bot.database,
        stage.context.searcher,
        None,
        open_artifacts((tmp_path / "artifacts").as_uri()),
        sandbox,
        stage.context.mirrors,
        tmp_path / "checkouts",
    )
    async with stage.bot.database.system() as connection:
        await installations.save(
            connection,
            installation_id=(await stage.here()).installation_id,
            account="octo",
            account_type="User",
            permissions=stage.stand_in.world.installation_of(stage.there).permissions,
            suspended=False,
        )
    mallory = stage.stand_in.person("mallory")
    stage.there.roles["mallory"] = "read"
    stage.alice.pushes(
        stage.there, "main", {"shop/cart.py": CART + CHEAPEST, "tests/test_shop.py": TESTS}, "Sell"
    )
    made = Chain(stage, engine, await stage.here(), mallory)
    await made.all_done()
    return made


async def test_what_a_comment_asks_for_is_opened_and_tried_again_where_its_base_moves(
    chain: Chain,
) -> None:
    await chain.tried(await chain.find(1))
    issue = chain.alice.opens_issue(chain.there, "Wrong", "`cheapest` is.")
    chain.mallory.says(chain.there, issue.number, "@ponder-test fix")
    await chain.all_done()
    assert issue.comments[-1].body.startswith("Sorry, only people with write access")
    chain.alice.says(chain.there, issue.number, "@ponder-test fix")
    await chain.all_done()
    fix = await chain.newest()
    assert fix.state == "open", fix.said
    thread, pull = chain.pull(fix)
    assert pull.draft
    assert pull.head.startswith("ponder/fix-cheapest-")
    assert chain.there.bare.read(f"{pull.head_sha}:shop/cart.py") == MENDED.encode()
    for part in ("### Why", "### Evidence", "The test that failed passes", "do not want it"):
        assert part in thread.body
    assert f"Opened #{fix.number}, a draft that waits for you" in issue.comments[-1].body
    (commit,) = chain.stage.stand_in.asked("POST", "/git/commits$")
    assert commit.body.keys() == {"message", "tree", "parents"}, "GitHub signs it"

    more = {"rule": "missing-test", "path": "shop/till.py", "symbol": "pay", "reproducer": None}
    await chain.find(2, **more, patch=ADDED)
    chain.alice.says(chain.there, issue.number, "@ponder-test tests shop/till.py")
    await chain.all_done()
    tests = await chain.newest()
    assert (tests.kind, tests.state) == ("tests", "open"), tests.said
    thread, pull = chain.pull(tests)
    chain.alice.readies(chain.there, fix.number)
    chain.alice.merges(chain.there, fix.number)
    await chain.all_done()
    assert chain.there.bare.resolve(f"{pull.head_sha}^") == chain.there.bare.resolve("main")
    assert chain.there.bare.read(f"{pull.head_sha}:tests/test_till.py") == MORE.encode()
    assert "With the patch 1 of its own tests pass and 0 fail" in thread.body


async def test_each_door_leads_to_a_draft_for_who_may_write_and_to_a_polite_no_for_others(
    chain: Chain,
) -> None:
    await chain.tried(await chain.find(1))
    await chain.by_the_page(chain.alice, f"{1:032x}")
    page = await chain.newest()
    assert (page.state, page.asked_by) == ("open", "alice"), page.said
    chain.alice.closes(chain.there, page.number)

    await chain.tried(await chain.find(2))
    chain.alice.pushes(chain.there, "main", {".github/ponder.yml": "dashboard: true\n"}, "Show")
    await chain.all_done()
    (board,) = [each for each in chain.there.threads.values() if "tick:fix:" in each.body]
    said = "`mallory` asked: Only people with write access"
    for person, state, told in ((chain.mallory, "refused", said), (chain.alice, "open", "is open")):
        person.edits(chain.there, board.number, board.body.replace("- [ ]", "- [x]"))
        await chain.all_done()
        ticked = await chain.newest()
        assert (ticked.state, ticked.asked_by) == (state, person.account.login), ticked.said
        assert told in board.body
        assert "[x]" not in board.body

    pull = chain.stage.opens({"shop/limits.py": FAULTY})
    await chain.all_done()
    check = chain.stage.check(pull)
    chain.mallory.presses(chain.there, check, "fix")
    await chain.all_done()
    assert pull.comments[-1].body.startswith("Sorry, only people with write access")
    chain.alice.presses(chain.there, check, "fix")
    await chain.all_done()
    pressed = await chain.newest()
    assert (pressed.ref, pressed.state) == (f"refs/pull/{pull.number}/head", "open"), pressed.said
    _, made = chain.pull(pressed)
    assert (made.base, made.draft) == ("topic", True)
    text = chain.there.bare.read(f"{made.head_sha}:shop/limits.py").decode()
    assert text == FAULTY.replace(" is ", " == ")
    assert f"Opened #{pressed.number}" in pull.comments[-1].body
