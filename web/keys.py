"""What the application carries: opened by the launcher, handed to `web.app.build`."""

from __future__ import annotations

import asyncio

import jinja2
from aiohttp import web

from core.artifacts import Artifacts
from core.db.connect import Database
from core.github import GitHub
from core.queue import Queue
from core.settings import Settings
from web.code import Highlighter
from web.status import Statuses

SETTINGS = web.AppKey("settings", Settings)
DATABASE = web.AppKey("database", Database)
QUEUE = web.AppKey("queue", Queue)
ARTIFACTS = web.AppKey("artifacts", Artifacts)
GITHUB = web.AppKey("github", GitHub)
"""Absent in local mode, where nobody logs in."""
TEMPLATES = web.AppKey("templates", jinja2.Environment)
HIGHLIGHTER = web.AppKey("highlighter", Highlighter)
STATUSES = web.AppKey("statuses", Statuses)
CLOSING = web.AppKey("closing", asyncio.Event)
"""Set when the server shuts down, so that open streams end."""
