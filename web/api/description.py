"""GET /openapi.json: the document is kept by hand; tests hold it against routes and responses."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml
from aiohttp import web


@cache
def document() -> dict[str, Any]:
    text = resources.files("web").joinpath("openapi.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


async def show(request: web.Request) -> web.Response:
    return web.json_response(document())
