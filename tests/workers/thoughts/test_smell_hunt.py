"""Smell hunt: what analysers find becomes findings, one for each cause, and stays quiet else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from cli import sarif
from core.db import thoughts
from core.db.connect import Database
from core.db.findings import Finding
from core.db.runs import LOG, Run
from core.db.thoughts import Subject
from core.queue import Queue
from core.settings import Settings
from tests.thinking import Thinking, thinking
from web.app import build
from workers.linters import LINTERS, secret
from workers.linters.base import Broken, Desk, Linter, Report, Source
from workers.thoughts import smell_hunt

FAULTY = """def remember(name, seen=[]):
    seen.append(name)
    if name is "root":
        return nobody
    return seen
"""
TOKEN = '\nKEY = "ghp_' + "q7RwZkP2mX9vLtBnY4cHsJ8dF6gA3eKu5TiO" + '"\n'
KEPT = '"root"\n    password = "gK8!xq2zPw9Lr4mT"  # nosec'
NOWHERE = "def ask():\n    return {}()\n"
CLEAN = "def total(prices):\n    return sum(prices)\n"


@pytest.fixture
def ruff_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others take seconds to start, and have tests of their own."""
    for name in set(LINTERS) - {"ruff"}:
        monkeypatch.delitem(LINTERS, name)


pytestmark = pytest.mark.usefixtures("ruff_alone")


async def hunt(made: Thinking) -> Run:
    (run,) = await made.think("smell_hunt")
    return run


def told(found: list[Finding]) -> set[tuple[str, int, str, str]]:
    return {(each.rule, each.start_line, each.evidence, each.symbol) for each in found}


async def test_each_problem_is_a_finding_with_its_rule_and_its_line(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, {"shop/names.py": FAULTY, "shop/a.py": CLEAN}) as made:
        run = await hunt(made)
        assert run.summary == "Looked at 2 files with ruff: 3 findings."
        found = await made.findings(state=["open"])
        assert told(found) == {
            ("ruff/B006", 1, "proven", "remember"),
            ("ruff/F632", 3, "proven", "remember"),
            ("ruff/F821", 4, "proven", "remember"),
        }
        (identity,) = [each for each in found if each.rule == "ruff/F632"]
        assert 'if name is "root":' in identity.explanation
        assert identity.patch
        assert '+    if name == "root":' in identity.patch


async def test_what_was_looked_at_is_not_looked_at_again(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, {"a.py": FAULTY, "b.py": CLEAN}) as made:
        await hunt(made)
        assert (await hunt(made)).status == "nothing"
        await made.commit({"b.py": CLEAN + "\nTAX = 2\n"})
        assert (await hunt(made)).metrics["files"] == 1
        assert len(await made.findings(state=["open"])) == 3


async def test_findings_survive_shifted_lines_and_end_with_their_cause(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, {"a.py": FAULTY}) as made:
        await hunt(made)
        before = {each.fingerprint for each in await made.findings()}
        await made.commit({"a.py": "# A comment.\n\n" + FAULTY})
        await hunt(made)
        assert {each.fingerprint for each in await made.findings(state=["open"])} == before
        made.checkout.git("rm", "--quiet", "a.py")
        await made.commit({"b.py": CLEAN})
        await hunt(made)
        assert {each.state for each in await made.findings()} == {"fixed"}


async def test_a_diff_is_looked_at_alone(settings: Settings, database: Database) -> None:
    async with thinking(settings, database, {"a.py": FAULTY, "b.py": CLEAN}) as made:
        before = made.checkout.git("rev-parse", "HEAD")
        after = await made.commit({"b.py": CLEAN + "\nprint(nothing)\n"})
        found = await _looked_at(made, Subject("diff", before=before, after=after))
        assert found == {"ruff/F821": "b.py"}


async def test_a_comment_that_a_change_adds_hides_nothing(
    settings: Settings, database: Database
) -> None:
    hidden = CLEAN + "\nprint(nothing)  # noqa: F821\n"
    async with thinking(settings, database, {"a.py": hidden, "b.py": CLEAN}) as made:
        before = made.checkout.git("rev-parse", "HEAD")
        assert (await hunt(made)).metrics["findings"] == 0
        after = await made.commit({"b.py": hidden})
        assert await _looked_at(made, Subject("diff", before=before, after=after)) == {
            "ruff/F821": "b.py"
        }
        (found,) = await made.findings()
        assert "hides it" in found.explanation


async def test_what_does_not_fit_in_one_run_follows(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smell_hunt, "MOST_FILES", 2)
    files = {f"part_{number}.py": FAULTY for number in range(5)}
    async with thinking(settings, database, files) as made:
        runs = await made.think("smell_hunt")
        assert [run.metrics["files"] for run in runs] == [2, 2, 1]
        assert runs[0].summary.endswith("3 files follow.")


async def test_what_an_analyser_breaks_on_is_its_own_to_look_at_again(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LINTERS, "secret", _broken_at("b.py"))
    async with thinking(settings, database, {"a.py": FAULTY, "b.py": FAULTY + TOKEN}) as made:
        run = await hunt(made)
        assert run.summary.endswith("secret did not get through b.py: it fell over.")
        monkeypatch.setitem(LINTERS, "secret", secret.LINTER)
        await made.commit({"c.py": CLEAN})
        run = await hunt(made)
        assert (run.metrics["files"], run.metrics["reports"]) == (2, 1)
        assert Counter(each.rule for each in await made.findings(state=["open"])) == {
            **dict.fromkeys(("ruff/B006", "ruff/F632", "ruff/F821"), 2),
            "secret/token": 1,
        }
        assert (await hunt(made)).status == "nothing"


async def test_only_an_analyser_that_got_through_says_that_something_is_fixed(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LINTERS, "secret", secret.LINTER)
    async with thinking(settings, database, {"b.py": "print(nothing)\n" + TOKEN}) as made:
        await hunt(made)
        monkeypatch.setitem(LINTERS, "secret", _broken_at("b.py"))
        await made.commit({"b.py": CLEAN})
        await hunt(made)
        assert {each.rule: each.state for each in await made.findings()} == {
            "ruff/F821": "fixed",
            "secret/token": "open",
        }


def _broken_at(path: str) -> Linter:
    """An analyser of secrets that falls over at one file."""

    async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
        if any(source.path == path for source in sources):
            raise Broken("it fell over")
        return await secret.LINTER.look(desk, sources)

    return replace(secret.LINTER, look=look)


async def test_a_secret_is_shown_nowhere(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LINTERS, "secret", secret.LINTER)
    async with thinking(settings, database, {"a.py": FAULTY.replace("nobody", KEPT)}) as made:
        run = await hunt(made)
        found = await made.findings()
        log = await made.engine.artifacts.get(run.id, LOG)
        assert {each.rule for each in found} >= {"secret/value", "ruff/F632"}
        said = f"{found} {run} {log!r} {json.dumps(sarif.document(run.commit_sha, found))}"
        assert "gK8!xq2zPw9Lr4mT" not in said


async def test_a_smell_leads_to_a_hypothesis_and_a_safe_fix_to_a_patch(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, {"a.py": FAULTY, "tests/test_a.py": FAULTY}) as made:
        await hunt(made)
        async with database.tenant(0) as connection:
            queued = await thoughts.of_repository(connection, made.repository.id, states=["queued"])
        kinds = Counter(each.kind for each in queued)
        assert (kinds["hypothesize_bug"], kinds["draft_patch"]) == (3, 1)
        assert {each.about.path for each in queued} == {"a.py"}


async def test_a_rule_that_people_find_useless_is_silent(
    settings: Settings, database: Database, queue: Queue
) -> None:
    app = build(settings=settings, database=database, queue=queue, github=None)
    async with (
        thinking(settings, database, _each(NOWHERE)) as made,
        TestClient(TestServer(app)) as web,
    ):
        await hunt(made)
        assert {each.evidence for each in await made.findings()} == {"proven"}
        await _judge(web, made, useless=1)
        await made.commit({"new.py": NOWHERE.format("absent")})
        await hunt(made)
        (found,) = [each for each in await made.findings() if each.path == "new.py"]
        assert (found.evidence, found.severity) == ("suspected", "low")
        assert {each.evidence for each in await made.findings()} == {"suspected"}
        await _judge(web, made, useless=3)
        await made.commit({"newer.py": NOWHERE.format("absent")})
        await hunt(made)
        assert [each for each in await made.findings() if each.path == "newer.py"] == []


def _each(text: str) -> Mapping[str, str]:
    return {f"part_{number}.py": text.format(f"missing_{number}") for number in range(10)}


async def _judge(web: TestClient[Request, Application], made: Thinking, *, useless: int) -> None:
    """As many of the ten findings as that are called useless, by votes and a verdict in turn; the
    others are voted up."""
    found = [each for each in await made.findings() if each.path.startswith("part_")]
    for number, each in enumerate(sorted(found, key=lambda finding: finding.path)):
        said: dict[str, object] = {"vote": "down" if number < useless else "up"}
        if number == 1 and number < useless:
            said = {"vote": "none", "state": "false_positive"}
        body = {"repo_id": made.repository.id, **said}
        response = await web.post(f"/insights/{each.fingerprint}", json=body)
        assert response.status == 200, await response.text()


async def _looked_at(made: Thinking, subject: Subject) -> dict[str, str]:
    """Rules and paths of what a run about a subject found."""
    async with made.engine.database.tenant(0) as connection:
        await connection.execute("UPDATE thoughts SET state = 'done' WHERE state = 'queued'")
        queued = await thoughts.add(
            connection,
            installation_id=0,
            repository_id=made.repository.id,
            kind="smell_hunt",
            subject=subject,
            priority=1,
            reason="a test asks",
        )
        claimed = await thoughts.claim_of(connection, made.repository.id, ["smell_hunt"])
    assert claimed is not None
    assert claimed.id == queued.id
    run = await made.engine.think(claimed)
    assert run is not None
    return {each.rule: each.path for each in await made.findings() if each.run_id == run.id}
