"""Runs, artifacts, the risk map and cards, over HTTP."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestClient

from core.artifacts import open_artifacts
from core.db import commits, files, risks, signals, thoughts
from core.db.blobs import compress
from core.db.connect import Connection, Database
from core.db.files import File
from core.db.repositories import Repository
from core.db.risks import Risk
from core.db.signals import Signal
from core.db.thoughts import Subject
from core.settings import Settings
from tests.web import thinker
from tests.web.stage import COMMIT, JOBS, RETRY
from tests.web.thinker import BUG, SMELL
from web import keys

RISKS = (
    Risk(RETRY, "", 0.72, ["changed 8 times in the last year, 2 of them fixes"], {"changes": 8}),
    Risk(RETRY, "Policy.wait", 0.5, ["its tests do not reach 3 lines"]),
    Risk(JOBS, "", 0.3, ["<b>77</b> people changed it"]),
)


@pytest.fixture
async def weighed(database: Database, repository: Repository) -> None:
    async with database.tenant(0) as connection:
        await risks.replace(
            connection,
            installation_id=0,
            repository_id=repository.id,
            thought="prioritize",
            risks=RISKS,
        )


async def test_a_run_tells_its_cost_its_log_and_what_it_found(
    client: TestClient, repository: Repository, database: Database, settings: Settings
) -> None:
    log = b"ran 3 tests\n<script>alert(1)</script>\n"
    listed = [{"name": "log.txt", "bytes": len(log)}, {"name": "gone.bin", "bytes": 3}]
    run = await thinker.think(
        database, repository, claims=[BUG], artifacts=listed, metrics={"tests_failed": 1.0}
    )
    await client.app[keys.ARTIFACTS].put(run.id, "log.txt", log)
    await open_artifacts(settings.artifacts_url).put(run.id, "unlisted.txt", b"secret")
    told = await (await client.get(f"/runs/{run.id}")).json()
    assert (told["status"], told["cpu_seconds"], told["metrics"]) == (
        "done",
        8.25,
        {"tests_failed": 1.0},
    )
    assert told["findings"] == [BUG.fingerprint]
    assert told["log"] == log.decode()
    page = await (await client.get(f"/repositories/{repository.id}/runs/{run.id}")).text()
    assert "&lt;script&gt;alert(1)" in page
    saved = await client.get(told["artifacts"][0]["url"])
    assert await saved.read() == log
    assert saved.headers["Content-Disposition"] == 'attachment; filename="log.txt"'
    assert saved.headers["X-Content-Type-Options"] == "nosniff"
    assert saved.content_type == "application/octet-stream"
    for name in ("gone.bin", "unlisted.txt", "..%2Flog.txt", "%2Fetc%2Fpasswd"):
        assert (await client.get(f"/runs/{run.id}/artifacts/{name}")).status == 404


async def test_runs_come_newest_first_and_in_parts(
    client: TestClient, repository: Repository, database: Database
) -> None:
    made = [await thinker.think(database, repository, kind=kind) for kind in ("fuzz", "verify")]
    made.append(await thinker.think(database, repository, kind="fuzz", status="failed"))
    address = f"/runs?repo_id={repository.id}"
    first = await (await client.get(f"{address}&limit=2")).json()
    rest = await (await client.get(address, params={"before": first["next"]})).json()
    told = [*first["runs"], *rest["runs"]]
    assert [each["run_id"] for each in told] == [str(run.id) for run in reversed(made)]
    assert rest["next"] is None
    fuzzed = await (await client.get(f"{address}&thought=fuzz")).json()
    assert len(fuzzed["runs"]) == 2
    page = await (await client.get(f"/repositories/{repository.id}/runs")).text()
    assert page.count('<tr id="run-') == 3


async def test_runs_that_had_nothing_to_do_are_shown_when_asked_for(
    client: TestClient, repository: Repository, database: Database
) -> None:
    for status in ("done", "nothing", "known"):
        await thinker.think(database, repository, kind="fuzz", status=status)
    place = f"/repositories/{repository.id}/runs"
    page = await (await client.get(place)).text()
    assert page.count('<tr id="run-') == 1
    everything = await (await client.get(f"{place}?idle=1&thought=fuzz")).text()
    assert everything.count('<tr id="run-') == 3
    assert 'href="?thought=fuzz&amp;"' in everything


async def test_a_run_is_asked_for_again_and_a_running_one_is_cancelled(
    client: TestClient, repository: Repository, database: Database
) -> None:
    subject = Subject("file", path=RETRY)
    run = await thinker.think(database, repository, kind="fuzz", subject=subject)
    again = await client.post(f"/runs/{run.id}/rerun")
    assert again.status == 202
    async with database.tenant(0) as connection:
        queued = await thoughts.get(connection, (await again.json())["thought_id"])
    assert queued is not None
    assert (queued.kind, queued.about, queued.state) == ("fuzz", subject, "queued")
    assert (await client.post(f"/runs/{run.id}/cancel")).status == 409
    running = await thinker.think(database, repository, kind="verify", status="running")
    assert (await client.post(f"/runs/{running.id}/cancel")).status == 202
    async with database.tenant(0) as connection:
        row = await connection.execute(
            "SELECT cancelled_by FROM thoughts WHERE id = %s", (running.thought_id,)
        )
        assert await row.fetchone() == ("local",)
    place = f"/repositories/{repository.id}/runs/{run.id}"
    assert (await client.post(place, data={"act": "rerun"})).status == 200
    assert (await client.post(place, data={"act": "explode"})).status == 422


@pytest.mark.usefixtures("weighed")
async def test_risks_are_listed_with_their_reasons(
    client: TestClient, repository: Repository
) -> None:
    told = await (await client.get(f"/risks?repo_id={repository.id}")).json()
    assert [(each["path"], each["symbol"], each["score"]) for each in told["risks"]] == [
        (RETRY, None, pytest.approx(0.72)),
        (RETRY, "Policy.wait", pytest.approx(0.5)),
        (JOBS, None, pytest.approx(0.3)),
    ]
    assert told["risks"][0]["reasons"] == RISKS[0].reasons
    one = await (await client.get(f"/risks?repo_id={repository.id}&path={JOBS}")).json()
    assert len(one["risks"]) == 1
    part = await (await client.get(f"/risks?repo_id={repository.id}&limit=2")).json()
    assert part["next"] == 2


@pytest.mark.usefixtures("weighed")
async def test_the_map_shows_every_file_and_its_table_says_the_same(
    client: TestClient, repository: Repository
) -> None:
    place = f"/repositories/{repository.id}/map"
    page = await (await client.get(place)).text()
    titles = re.findall(r"<title>(letterbox/\w+\.py): [\d,]+ lines, risk (\d+)%", page)
    assert sorted(set(titles)) == [(JOBS, "30"), (RETRY, "72")]
    assert "<b>77</b>" not in page
    assert "Policy.wait" in page
    inner = await client.get(f"{place}?path=letterbox")
    assert inner.status == 200
    assert (await client.get(f"{place}?path=nowhere")).status == 404


async def test_without_risks_the_map_shows_sizes(
    client: TestClient, repository: Repository
) -> None:
    page = await (await client.get(f"/repositories/{repository.id}/map")).text()
    assert "has not been worked out yet" in page
    assert "risk not known" in page


async def _codeowners(connection: Connection, repository: Repository, text: str) -> None:
    cursor = await connection.execute(
        "INSERT INTO blobs (installation_id, repository_id, sha, language, rules, lines, size, "
        "text) VALUES (0, %s, 'c0de', '', 'test', 2, 0, %s) RETURNING id",
        (repository.id, compress(text)),
    )
    row = await cursor.fetchone()
    assert row is not None
    assert repository.snapshot_id is not None
    owners = File(".github/CODEOWNERS", None, None, row[0], None)
    await files.add(
        connection, installation_id=0, snapshot_id=repository.snapshot_id, files=[owners]
    )


@pytest.mark.usefixtures("weighed")
async def test_a_card_tells_what_is_known_of_a_file(
    client: TestClient, repository: Repository, database: Database
) -> None:
    await thinker.think(database, repository, claims=[BUG, SMELL])
    async with database.tenant(0) as connection:
        wrote = [
            commits.Commit(
                COMMIT, "Ada", datetime.now(UTC), "Wait longer", "", 1, [RETRY], [3], [1]
            )
        ]
        await commits.add(connection, installation_id=0, repository_id=repository.id, rows=wrote)
        await signals.replace(
            connection,
            installation_id=0,
            repository_id=repository.id,
            signals=[
                Signal("coverage", RETRY, {"lines": 40, "covered": 34}, COMMIT),
                Signal("tests", RETRY, {"tests": 1, "failures": 0}, COMMIT),
            ],
        )
        await _codeowners(connection, repository, "*.py @octo/letters\n<b>x</b>.py @evil\n")
    page = await (await client.get(f"/repositories/{repository.id}/card?scope={RETRY}")).text()
    for said in ("72 %", RISKS[0].reasons[0], "Ada", "Wait longer", "LONGEST_WAIT", "Policy.wait"):
        assert said in page
    for said in ("Tests run 34 of 40 lines", "85 %", "1 test ", "all passed", "@octo/letters"):
        assert said in page
    assert SMELL.message not in page
    for scope in ("", "nowhere.py", f"{RETRY}%23Nothing", "x%00"):
        status = (await client.get(f"/repositories/{repository.id}/card?scope={scope}")).status
        assert status in (404, 422)
