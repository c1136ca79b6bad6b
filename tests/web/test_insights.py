"""What was found, over HTTP: filters, verdicts, and who may say what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from core.db import feedback, findings, learning
from core.db.connect import Database
from core.db.feedback import OnPage, Voice
from core.db.repositories import Repository
from tests.web import stage, thinker
from tests.web.stage import COMMIT, JOBS, RETRY
from tests.web.thinker import BUG, GUESS, OPINION, SMELL


@pytest.fixture
async def found(database: Database, repository: Repository) -> None:
    await thinker.filled(database, repository)


async def listed(client: TestClient, repository: Repository, query: str = "") -> dict[str, Any]:
    response = await client.get(f"/insights?repo_id={repository.id}{query}")
    told: dict[str, Any] = await response.json()
    assert response.status == 200, told
    return told


async def say(client: TestClient, repository: Repository, **said: Any) -> dict[str, Any]:
    body = {"repo_id": repository.id, **said}
    response = await client.post(f"/insights/{BUG.fingerprint}", json=body)
    told: dict[str, Any] = await response.json()
    return {"status": response.status, **told}


@pytest.mark.usefixtures("found")
async def test_the_surest_come_first_and_mere_opinions_not_at_all(
    client: TestClient, repository: Repository
) -> None:
    told = await listed(client, repository)
    assert [each["fingerprint"] for each in told["findings"]] == [
        BUG.fingerprint,
        SMELL.fingerprint,
        GUESS.fingerprint,
    ]
    assert (told["total"], told["next"], told["commit"]) == (3, None, COMMIT)
    first = told["findings"][0]
    assert first["reproducer"] == thinker.REPRODUCER
    assert (first["patch"], first["patch_state"]) == (thinker.PATCH, "verified")
    assert first["checks"][0]["thought"] == "draft_patch"
    assert first["code_url"].endswith(f"{RETRY}?lines=24-30#L24-L30")
    code = await client.get(first["code_url"].partition("#")[0])
    assert (await code.text()).count('class="line marked"') == 7


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("&evidence=reproduced", [BUG]),
        ("&evidence=proven,suspected", [SMELL, GUESS, OPINION]),
        ("&severity=low", [OPINION]),
        ("&severity=high&evidence=suspected", [GUESS]),
        ("&kind=verify", [BUG, SMELL, GUESS]),
        ("&kind=ruff/B006", [SMELL]),
        ("&kind=fuzz", []),
        (f"&path={JOBS}", [SMELL, GUESS]),
        ("&path=letterbox/", [BUG, SMELL, GUESS]),
        ("&path=letter", []),
        ("&state=fixed", []),
        ("&state=all", [BUG, SMELL, GUESS, OPINION]),
        ("&read=no", [BUG, SMELL, GUESS]),
        ("&filter=reproduced", [BUG]),
        ("&filter=evidence:proven%20medium%20letterbox/", [SMELL]),
        ("&filter=all", [BUG, SMELL, GUESS, OPINION]),
        ("&filter=unread%20failing-test", [BUG]),
        ("&limit=1&offset=1", [SMELL]),
    ],
)
async def test_filters_go_together(
    client: TestClient, repository: Repository, query: str, expected: list[Any]
) -> None:
    told = await listed(client, repository, query)
    assert [each["fingerprint"] for each in told["findings"]] == [
        each.fingerprint for each in expected
    ]


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(
    "query", ["&evidence=sure", "&state=gone", "&limit=0", "&kind=%00", "&read=maybe", "&offset=-1"]
)
async def test_a_filter_that_is_none_is_refused(
    client: TestClient, repository: Repository, query: str
) -> None:
    response = await client.get(f"/insights?repo_id={repository.id}{query}")
    assert response.status == 422
    (error,) = (await response.json())["errors"]
    assert query[1:].startswith(error["parameter"])


async def test_a_long_list_comes_in_parts(
    client: TestClient, repository: Repository, database: Database
) -> None:
    await thinker.think(database, repository, claims=thinker.more(45))
    seen: set[str] = set()
    offset: int | None = 0
    while offset is not None:
        told = await listed(client, repository, f"&limit=20&offset={offset}")
        seen |= {each["fingerprint"] for each in told["findings"]}
        offset = told["next"]
    assert (len(seen), told["total"]) == (45, 45)
    page = await (await client.get(f"/repositories/{repository.id}/insights?page=3")).text()
    assert page.count('<article class="finding') == 5
    assert "Page 3 of 3" in page


@pytest.mark.usefixtures("found")
async def test_a_verdict_is_kept_with_its_reason(
    client: TestClient, repository: Repository, database: Database
) -> None:
    told = await say(client, repository, state="dismissed", reason="The test is wrong.")
    assert (told["status"], told["state"], told["read"]) == (200, "dismissed", True)
    assert told["checks"][-1]["said"] == "Dismissed: The test is wrong."
    assert told["checks"][-1]["by"] == "local"
    assert told["closed_at"]
    assert (await listed(client, repository))["total"] == 2
    await thinker.think(database, repository, claims=[BUG])
    assert (await listed(client, repository))["total"] == 2
    assert (await say(client, repository, state="open"))["closed_at"] is None
    assert (await listed(client, repository))["total"] == 3


@pytest.mark.usefixtures("found")
async def test_votes_reading_and_patches_are_kept(
    client: TestClient, repository: Repository
) -> None:
    assert (await say(client, repository, vote="up"))["vote"] == 1
    assert (await say(client, repository, vote=0))["vote"] == 0
    assert (await say(client, repository, read=False))["read"] is False
    assert (await say(client, repository, patch_state="taken"))["patch_state"] == "taken"


@pytest.mark.usefixtures("found")
async def test_what_was_said_of_a_finding_can_be_learned_from(
    client: TestClient, repository: Repository, database: Database
) -> None:
    await say(client, repository, vote="up")
    await say(client, repository, state="dismissed")
    async with database.system() as connection:
        long_ago = datetime.fromtimestamp(0, UTC)
        (example,) = await feedback.examples(connection, repository.id, since=long_ago)
    assert (example.vote, example.source, example.rule) == (-1, "page", BUG.rule)
    assert (example.shown["path"], example.shown["evidence"]) == (RETRY, BUG.evidence)


@pytest.mark.usefixtures("found")
async def test_how_many_findings_were_accepted_in_pull_requests_is_told(
    client: TestClient, repository: Repository, database: Database
) -> None:
    await say(client, repository, vote="down")
    page = await client.get(f"/repositories/{repository.id}/insights")
    assert "judged findings" not in await page.text()
    async with database.system() as connection:
        for each, vote in ((BUG, 1), (SMELL, -1)):
            finding = await findings.get(connection, repository.id, each.fingerprint)
            assert finding is not None
            voice = Voice("alice", 1, vote, "reaction", may_write=True)
            await feedback.hear(connection, OnPage(finding), voice)
    told = await listed(client, repository)
    assert told["acceptance"] == {"accepted": 1, "rejected": 1}
    page = await client.get(f"/repositories/{repository.id}/insights")
    assert "1 of 2 judged findings were accepted (50 %)" in await page.text()


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(
    "said",
    [
        {},
        {"state": "fixed"},
        {"state": ["open"]},
        {"vote": 2},
        {"vote": [1]},
        {"vote": True},
        {"read": "yes"},
        {"patch_state": "verified"},
        {"state": "open", "reason": "x" * 501},
    ],
)
async def test_a_verdict_that_is_none_is_refused(
    client: TestClient, repository: Repository, said: dict[str, Any]
) -> None:
    assert (await say(client, repository, **said))["status"] == 422


@pytest.mark.usefixtures("found")
async def test_a_finding_has_one_name_in_one_repository(
    client: TestClient, repository: Repository, database: Database
) -> None:
    other = await stage.indexed(database, await stage.connect(database, name="almanac"))
    for place in (BUG.fingerprint, "nothing", "x%00y", "a" * 300):
        response = await client.get(f"/insights/{place}?repo_id={other.id}")
        assert response.status == 404
    response = await client.get(f"/insights/{BUG.fingerprint}?repo_id={repository.id}")
    assert (await response.json())["message"] == BUG.message


@pytest.mark.usefixtures("found")
async def test_the_page_of_a_finding_obeys_nothing_that_it_says(
    client: TestClient, repository: Repository
) -> None:
    place = f"/repositories/{repository.id}/insights"
    for address in (place, f"{place}/{BUG.fingerprint}"):
        text = await (await client.get(address)).text()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text
        assert "<img" not in text
        assert 'href="javascript' not in text
        assert "<code>LONGEST_WAIT</code>" in text


@pytest.mark.usefixtures("found")
async def test_buttons_work_without_scripts(client: TestClient, repository: Repository) -> None:
    place = f"/repositories/{repository.id}/insights/{BUG.fingerprint}"
    response = await client.post(place, data={"act": "false_positive", "reason": "as intended"})
    assert response.status == 200
    text = await response.text()
    assert "Not a bug: as intended" in text
    assert "Open again" in text
    assert (await client.post(place, data={"act": "explode"})).status == 422
    everything = f"/repositories/{repository.id}/insights"
    assert (await client.post(everything, data={"act": "read"})).status == 200
    assert (await listed(client, repository, "&read=no"))["total"] == 0


async def test_where_nothing_was_found_the_page_says_what_was_looked_at(
    client: TestClient, repository: Repository, database: Database
) -> None:
    place = f"/repositories/{repository.id}/insights"
    assert "has not thought about" in await (await client.get(place)).text()
    await thinker.think(database, repository, summary="1987 tests passed, none failed.")
    text = await (await client.get(place)).text()
    assert "Nothing to report." in text
    assert "1987 tests passed, none failed." in text
    await thinker.think(database, repository, kind="fuzz", status="running")
    text = await (await client.get(place)).text()
    assert "Nothing to report so far." in text
    assert "1 thought running" in text
    assert "tests that fail now show bugs at once" in text


async def test_where_nothing_is_run_nobody_is_told_that_it_was_found_fine(
    client: TestClient, repository: Repository, database: Database
) -> None:
    place = f"/repositories/{repository.id}"
    await thinker.think(database, repository, summary="1987 functions are on the map.")
    await thinker.without_a_sandbox(database)
    text = await (await client.get(f"{place}/insights")).text()
    assert "found fine" not in text
    assert "Nothing to report of what could be read." in text
    for page in ("insights", "runs", "learning"):
        text = await (await client.get(f"{place}/{page}")).text()
        assert "Code is not run here" in text
        assert "bwrap is not installed" in text
        assert "Install it: &#39;apt install bubblewrap&#39;, then start Ponder again." in text
    told = await (await client.get(f"/learning/status?repo_id={repository.id}")).json()
    assert [each["what"] for each in told["off"]] == ["Code is not run here"]


@pytest.mark.usefixtures("found")
async def test_what_a_pull_request_has_is_shown_apart_and_not_run(
    client: TestClient, repository: Repository, database: Database
) -> None:
    async with database.tenant(0) as connection:
        await findings.claim(
            connection,
            installation_id=0,
            repository_id=repository.id,
            run_id=None,
            thought="scan_diff",
            commit=stage.COMMIT,
            claims=[replace(BUG, fingerprint="9" * 32, message="Two calls no longer fit"), BUG],
            ref="refs/pull/12/head",
        )
    assert (await listed(client, repository))["total"] == 3
    (one,) = (await listed(client, repository, "&pull=12"))["findings"]
    assert (one["fingerprint"], one["ref"]) == ("9" * 32, "refs/pull/12/head")
    assert (await client.get(f"/insights?repo_id={repository.id}&pull=-1")).status == 422
    far = f"/repositories/{repository.id}/live?after=1{'0' * 30}"
    assert (await client.get(far)).status == 422
    place = f"/repositories/{repository.id}/insights"
    feed = await (await client.get(place)).text()
    assert "Two calls no longer fit" not in feed
    assert 'href="?pull=12"' in feed
    page = await (await client.get(f"{place}/{'9' * 32}")).text()
    assert "Pull request #12" in page
    assert "Draft a fix" not in page
    assert (await client.post(f"{place}/{'9' * 32}", data={"act": "draft"})).status == 409


@pytest.mark.usefixtures("found")
async def test_a_patch_is_saved_and_not_shown_by_the_browser(
    client: TestClient, repository: Repository, database: Database
) -> None:
    place = f"/repositories/{repository.id}/insights/{BUG.fingerprint}"
    response = await client.get(f"{place}/patch")
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert await response.text() == thinker.PATCH
    other = f"/repositories/{repository.id}/insights/{SMELL.fingerprint}/patch"
    assert (await client.get(other)).status == 404
    page = await (await client.get(place)).text()
    assert "apply it with <code>git apply</code>" in page
    async with database.tenant(0) as connection:
        said = {"draft_pull_requests": True}
        await learning.say(connection, repository, said, by="ada")
    assert "may open draft pull requests here" in await (await client.get(place)).text()
