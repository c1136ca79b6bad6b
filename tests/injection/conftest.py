"""One scene for all attacks of a module: what an attack leaves behind, the next ones meet."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import structlog
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application

from bot.app import PATH, add_routes
from core import log
from core.db.connect import Database
from core.github import open_github
from core.queue import open_queue
from core.settings import Model, Secret, Settings
from tests.conftest import emptied
from tests.github_stand_in.bare import Bare
from tests.github_stand_in.server import StandIn
from tests.injection.attacks import FILES
from tests.injection.scene import CANARIES, Obedient, Scene
from tests.model_stand_in import model_stand_in, probed
from workers.context import Context
from workers.model import open_endpoint
from workers.retrieve.search import Searcher


def _hostile(settings: Settings, stand_in: StandIn, model_url: str, folder: Path) -> Settings:
    """The settings of a Ponder each of whose secrets is a canary."""
    stand_in.webhooks.secret = CANARIES["the webhook secret"]
    stand_in.world.client_secret = CANARIES["the client secret"]
    environment = stand_in.environment | {
        "PONDER_DATA_DIR": str(folder),
        "PONDER_SECRET_KEY": CANARIES["the secret key"],
    }
    configured = Settings.from_environment(environment)
    return replace(
        configured,
        database_url=settings.database_url,
        redis_url=settings.redis_url,
        github_pause=0.0,
        model=Model(model_url, Secret(CANARIES["the model's key"]), "stand-in", ""),
    )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """The log in a file, and a canary in the environment of the process."""
    before = structlog.get_config()
    os.environ["PONDER_CANARY"] = CANARIES["the environment"]
    try:
        with path.open("w") as stream:
            log.configure(stream=stream)
            yield
    finally:
        structlog.configure(**before)
        del os.environ["PONDER_CANARY"]


def _linked(bare: Bare, links: dict[str, Path]) -> None:
    """Commit symbolic links, which lead out of the repository."""
    lines = ["commit refs/heads/main", "committer A <a@example.org> now", "data 4", "link"]
    lines += ["from refs/heads/main^0"]
    for name, target in links.items():
        lines += [f"M 120000 inline {name}", f"data {len(str(target))}", str(target)]
    script = "\n".join([*lines, ""]).encode()
    bare.git("fast-import", "--quiet", "--date-format=now", stdin=script)


@pytest.fixture(scope="module")
async def scene(
    settings: Settings,
    _pool: Database,
    _owner: psycopg.AsyncConnection,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Scene]:
    """A public repository full of attacks, indexed."""
    await emptied(_owner)
    folder = tmp_path_factory.mktemp("injection")
    (folder / "secret.txt").write_text(CANARIES["a file of the host"])
    async with AsyncExitStack() as stack:
        stand_in = await stack.enter_async_context(StandIn().serve())
        stand_in.limits.per_minute = stand_in.limits.per_hour = 10**6
        obedient = Obedient()
        model = await stack.enter_async_context(model_stand_in(personality=probed(obedient)))
        hostile = _hostile(settings, stand_in, model.url, folder / "data")
        queue = await stack.enter_async_context(open_queue(settings.redis_url))
        github = await stack.enter_async_context(open_github(hostile))
        assert github is not None
        endpoint = await stack.enter_async_context(open_endpoint(hostile.model, _pool))
        app = Application()
        add_routes(app, settings=hostile, database=_pool, queue=queue, github=github)
        client = await stack.enter_async_context(TestClient(TestServer(app)))
        stand_in.webhooks.target = str(client.make_url(PATH))
        context = Context(hostile, _pool, queue, Searcher(_pool, endpoint), endpoint, github)
        repository = stand_in.world.repository(stand_in.world.installation())
        stand_in.seed(repository, folder / "r.git", FILES)
        repository.roles["alice"] = "write"
        links = {"linked.txt": folder / "secret.txt", "environ.txt": Path("/proc/self/environ")}
        _linked(repository.bare, links)
        with _told(folder / "log"):
            made = Scene(client, context, stand_in, model, obedient, repository, folder)
            await made.hears("@ponder-test status", login="alice")
            yield made
        assert not stand_in.violations, stand_in.violations
