"""Fixtures that a conftest takes in by importing them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from core.github import GitHub, open_github
from core.settings import Settings
from tests.github_stand_in.server import StandIn


@pytest.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    """A GitHub of one test; whatever it saw that GitHub does not describe fails the test."""
    async with StandIn().serve() as serving:
        yield serving
    assert not serving.violations, serving.violations


@pytest.fixture
def github_settings(settings: Settings, stand_in: StandIn) -> Settings:
    """The settings of a Ponder that is this GitHub's App."""
    environment = stand_in.environment | {
        "PONDER_DATA_DIR": str(settings.data_dir),
        "PONDER_SECRET_KEY": settings.secret_key,
    }
    configured = Settings.from_environment(environment)
    return replace(
        settings,
        github=configured.github,
        github_missing=(),
        github_api_url=configured.github_api_url,
        github_url=configured.github_url,
        github_pause=0.0,
    )


@pytest.fixture
async def github(github_settings: Settings) -> AsyncIterator[GitHub]:
    async with open_github(github_settings) as opened:
        assert opened is not None
        yield opened
