"""The shop, indexed once for each module; and a model that is not there."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest

from core.db import repositories
from core.db.connect import Database
from core.settings import Model, Secret, Settings
from tests.checkout import Checkout
from tests.model_stand_in import ModelStandIn, model_stand_in
from tests.shop import FILES, Searcher, Shop
from workers.model import Endpoint, open_endpoint


@pytest.fixture(scope="module")
async def shop(
    settings: Settings, _pool: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Shop]:
    """Its database is not emptied between the tests of a module: indexing takes too long."""
    checkout = Checkout(tmp_path_factory.mktemp("shop"))
    for path, content in FILES.items():
        checkout.write(path, content)
    checkout.commit("Open the shop")
    async with _pool.tenant(0) as connection:
        repository = await repositories.connect_local(
            connection, name="shop", source=str(checkout.path)
        )
    opened = Shop(settings, _pool, checkout, repository, "", Searcher(_pool, None))
    opened.commit = await opened.index()
    yield opened
    shutil.rmtree(opened.mirrors, ignore_errors=True)


@pytest.fixture
async def stand_in() -> AsyncIterator[ModelStandIn]:
    async with model_stand_in() as running:
        yield running


@pytest.fixture
async def endpoint(shop: Shop, stand_in: ModelStandIn) -> AsyncIterator[Endpoint]:
    model = Model(stand_in.url, Secret("k"), stand_in.model, "")
    async with open_endpoint(model, shop.database) as opened:
        assert opened is not None
        yield opened


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library waits half a second before it tries again."""
    __import__("openai")
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
