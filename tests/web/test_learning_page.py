"""The settings of Continual Learning, as a form."""

from __future__ import annotations

import re
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from core.db import learning, switches
from core.db.connect import Database
from core.db.learning import Learning
from core.db.repositories import Repository
from core.learning import DEFAULT_RATES, KINDS


async def row(database: Database, repository: Repository) -> Learning:
    async with database.tenant(0) as connection:
        found = await learning.get(connection, repository.id)
    assert found is not None
    return found


def as_it_stands(page: str) -> list[tuple[str, str]]:
    """The fields that a browser would send."""
    found = []
    for tag in re.findall(r"<input[^>]*>", page[page.index('class="choices"') :]):
        fields = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if fields.get("type") != "checkbox" or tag.endswith(" checked>"):
            found.append((fields["name"], fields.get("value", "on")))
    return found


async def test_it_is_switched_on_and_off(
    client: TestClient, repository: Repository, database: Database
) -> None:
    place = f"/repositories/{repository.id}/learning"
    assert "Learning is off" in await (await client.get(place)).text()
    page = await (await client.post(place, data={"act": "on"})).text()
    assert (await row(database, repository)).on
    assert "Set by local" in page
    assert "0 thoughts running" in page
    assert "budget 0" in page
    await client.post(place, data={"act": "off"})
    assert not (await row(database, repository)).on


async def test_what_was_not_changed_is_left_unsaid(
    client: TestClient, repository: Repository, database: Database
) -> None:
    place = f"/repositories/{repository.id}/learning"
    fields = as_it_stands(await (await client.get(place)).text())
    assert (await client.post(place, data=[*fields, ("act", "save")])).status == 200
    said = (await row(database, repository)).said
    assert said == {"budgets": {}, "dependencies": False, "draft_pull_requests": False}
    effective = (await row(database, repository)).effective
    assert (effective.rates, effective.thoughts) == (DEFAULT_RATES, None)


async def test_budgets_hours_and_kinds_are_kept_and_shown_again(
    client: TestClient, repository: Repository, database: Database
) -> None:
    place = f"/repositories/{repository.id}/learning"
    changed: dict[str, Any] = {
        "cpu_seconds.per_hour": "10",
        "model_tokens.per_day": "",
        "time_zone": "Europe/Berlin",
        "from.0": "09:00",
        "to.0": "17:30",
        "cadence.fuzz": "0 22 * * mon-fri",
    }
    fields = as_it_stands(await (await client.get(place)).text())
    kept = [
        (name, changed.get(name, value))
        for name, value in fields
        if (name, value) not in (("thoughts", "fuzz"), ("days.0", "sun"))
    ]
    page = await (
        await client.post(place, data=[*kept, ("night_only", "on"), ("act", "save")])
    ).text()
    effective = (await row(database, repository)).effective
    assert effective.rates["cpu_seconds"].per_hour == 600
    assert effective.rates["model_tokens"].per_day is None
    assert effective.thoughts == frozenset(KINDS) - {"fuzz"}
    assert effective.zone.key == "Europe/Berlin"
    assert effective.cadence == {"fuzz": "0 22 * * mon-fri"}
    assert [hours.days for hours in effective.quiet][1] == frozenset(range(6))
    assert dict(as_it_stands(page)).items() >= {**changed, "night_only": "on"}.items()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"time_zone": "Mars/Olympus"}, "quiet_hours.time_zone"),
        ({"cpu_seconds.per_hour": "-1"}, "budgets.cpu_seconds.per_hour"),
        ({"cpu_seconds.burst": "much"}, "budgets.cpu_seconds.burst"),
        ({"bytes.per_day": "nan"}, "budgets.bytes.per_day"),
        ({"from.0": "25:00", "to.0": "26:00"}, "quiet_hours.quiet.0"),
        ({"cadence.verify": "at night"}, "cadence.verify"),
        ({"thoughts": "explode"}, ""),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_saved(
    client: TestClient,
    repository: Repository,
    database: Database,
    wrong: dict[str, str],
    said: str,
) -> None:
    place = f"/repositories/{repository.id}/learning"
    await client.post(place, data={"act": "on"})
    fields = dict(as_it_stands(await (await client.get(place)).text())) | wrong | {"act": "save"}
    response = await client.post(place, data=fields)
    assert response.status == (422 if said else 200)
    page = await response.text()
    assert said in page
    if said:
        assert f'id="{said}" aria-invalid="true" aria-describedby="{said}.wrong"' in page
        kept = dict(as_it_stands(page))
        assert {name: kept[name] for name in wrong} == wrong
        assert (await row(database, repository)).said == {"on": True}


async def test_whoever_runs_the_machine_stops_everything(
    client: TestClient, repository: Repository, database: Database
) -> None:
    place = f"/repositories/{repository.id}/learning"
    assert "Let it work again" in await (await client.post(place, data={"act": "stop"})).text()
    async with database.system() as connection:
        assert await switches.is_on(connection, switches.KILL)
    await client.post(place, data={"act": "go"})
    async with database.system() as connection:
        assert not await switches.is_on(connection, switches.KILL)
    assert (await client.post(place, data={"act": "explode"})).status == 422
