"""The web application: browser pages and the HTTP API, for the launcher to serve."""

from __future__ import annotations

import asyncio
from importlib import resources
from pathlib import Path
from weakref import WeakValueDictionary

from aiohttp import web

from core.artifacts import open_artifacts
from core.db.connect import Database
from core.github import GitHub
from core.queue import Queue
from core.repo_schema import URL_PATH
from core.settings import Settings
from web import auth, keys, limits, metrics, page, problem, security
from web.api import (
    answers,
    chat,
    description,
    feedback,
    health,
    index,
    insights,
    learning,
    repos,
    risks,
)
from web.api import audit as audit_api
from web.api import facts as facts_api
from web.api import runs as runs_api
from web.api import search as search_api
from web.code import Highlighter
from web.status import Statuses
from web.views import (
    audit,
    card,
    code,
    conversation,
    facts,
    home,
    live,
    login,
    runs,
    search,
    setup,
    verdict,
)
from web.views import insights as insights_page
from web.views import learning as learning_page
from web.views import map as map_page

LARGEST_REQUEST = 26 * 1024 * 1024
"""Bytes: GitHub's webhooks may have 25 MB. JSON bodies have a limit of their own."""


def build(
    *, settings: Settings, database: Database, queue: Queue, github: GitHub | None
) -> web.Application:
    """Without `github` it is local mode: nobody logs in, and the server is bound to loopback."""
    app = web.Application(
        middlewares=[
            metrics.measured,
            problem.errors,
            security.known_host,
            security.same_origin,
            limits.limited_address,
            auth.known_viewer,
        ],
        client_max_size=LARGEST_REQUEST,
    )
    app[keys.SETTINGS], app[keys.DATABASE], app[keys.QUEUE] = settings, database, queue
    app[keys.ARTIFACTS] = open_artifacts(settings.artifacts_url)
    if github is not None:
        app[keys.GITHUB] = github
    app[keys.TEMPLATES] = page.environment()
    app[keys.CLOSING] = asyncio.Event()
    app[keys.HIGHLIGHTER], app[keys.STATUSES] = Highlighter(), Statuses()
    app[metrics.METRICS], app[auth.LOCKS] = metrics.Metrics(), WeakValueDictionary()
    app.on_response_prepare.append(security.add_headers)
    app.on_shutdown.append(_close_streams)
    app.add_routes([*API, *PAGES])
    app.router.add_static("/static", Path(str(resources.files("web") / "static")))
    return app


API = (
    web.get("/healthz", health.healthz),
    web.get("/readyz", health.readyz),
    web.get("/metrics", metrics.show),
    web.get("/openapi.json", description.show),
    web.get("/repos/list", repos.listed),
    web.post("/repos/connect", repos.connected),
    web.post("/index/{repo}/initial", index.initial),
    web.post("/index/{repo}/diff", index.diff),
    web.get("/index/status", index.status),
    web.post("/chat", chat.chat),
    web.get("/search", search_api.find),
    web.get("/facts", facts_api.show),
    web.post("/feedback", feedback.give),
    web.get("/insights", insights.listed),
    web.get("/insights/{fingerprint}", insights.show),
    web.post("/insights/{fingerprint}", insights.judged),
    web.post("/insights/{fingerprint}/{act}", insights.requested),
    web.post("/learning/toggle", learning.toggle),
    web.get("/learning/status", learning.status),
    web.get("/risks", risks.listed),
    web.get("/audit", audit_api.listed),
    web.get("/runs", runs_api.listed),
    web.get("/runs/{run_id}", runs_api.show),
    web.post("/runs/{run_id}/rerun", runs_api.again),
    web.post("/runs/{run_id}/cancel", runs_api.cancelled),
    web.get("/runs/{run_id}/artifacts/{name}", runs_api.artifact),
    web.get("/answers/{answer_id}", answers.show),
    web.get("/answers/{answer_id}/stream", answers.stream),
    web.get("/answers/{answer_id}/why", answers.why),
)

PAGES = (
    web.get("/", home.show),
    web.get("/favicon.ico", home.icon),
    web.get("/repositories", home.rows),
    web.post("/repositories", home.connected),
    web.post("/repositories/{repo}/index", home.index_again),
    web.get("/repositories/{repo}", conversation.new),
    web.post("/repositories/{repo}/ask", conversation.asked),
    web.get("/repositories/{repo}/conversations/{conversation_id}", conversation.show),
    web.get("/repositories/{repo}/search", search.show),
    web.get("/repositories/{repo}/facts", facts.show),
    web.get("/repositories/{repo}/live", live.follow),
    web.get("/repositories/{repo}/insights", insights_page.feed),
    web.post("/repositories/{repo}/insights", verdict.read_all),
    web.get("/repositories/{repo}/insights/{fingerprint}", insights_page.show),
    web.post("/repositories/{repo}/insights/{fingerprint}", verdict.given),
    web.get("/repositories/{repo}/insights/{fingerprint}/patch", insights_page.patch),
    web.get("/repositories/{repo}/learning", learning_page.show),
    web.post("/repositories/{repo}/learning", learning_page.saved),
    web.get("/repositories/{repo}/audit", audit.show),
    web.get("/repositories/{repo}/map", map_page.show),
    web.get("/repositories/{repo}/card", card.show),
    web.get("/repositories/{repo}/runs", runs.listed),
    web.get("/repositories/{repo}/runs/{run_id}", runs.show),
    web.post("/repositories/{repo}/runs/{run_id}", runs.acted),
    web.get("/repositories/{repo}/blob/{commit}/{path:(?s:.+)}", code.show),
    web.get(URL_PATH, setup.schema),
    web.get("/setup/github", setup.show),
    web.get(setup.CREATED, setup.created),
    web.get("/login", login.show),
    web.get("/login/github", login.begin),
    web.get("/login/callback", login.callback),
    web.post("/logout", login.end),
)


async def _close_streams(app: web.Application) -> None:
    app[keys.CLOSING].set()
