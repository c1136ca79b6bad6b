"""GET /metrics: how the web serves, for Prometheus. Only routes are named, never what was asked."""

from __future__ import annotations

import time

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from core.queue import QUEUES
from web import keys
from web.problem import Handler

_BUCKETS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """One registry for each application, so that several can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter(
            "ponder_http_requests", "Requests answered", labels, registry=self.registry
        )
        self.seconds = Histogram(
            "ponder_http_request_seconds",
            "Seconds until the response was complete",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.workers = Gauge(
            "ponder_worker_up",
            "Whether a queue has a live worker",
            ("queue",),
            registry=self.registry,
        )


METRICS = web.AppKey("metrics", Metrics)


@web.middleware
async def measured(request: web.Request, handler: Handler) -> web.StreamResponse:
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "none"
    method = request.method if route != "none" else "ANY"  # names made up by clients are no label
    metrics, started = request.app[METRICS], time.monotonic()
    status = 500
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as error:
        status = error.status
        raise
    finally:
        metrics.requests.labels(method, route, str(status)).inc()
        metrics.seconds.labels(method, route).observe(time.monotonic() - started)


async def show(request: web.Request) -> web.Response:
    metrics = request.app[METRICS]
    alive = await request.app[keys.QUEUE].workers() or {}
    for queue in QUEUES:
        metrics.workers.labels(queue).set(alive.get(queue, False))
    return web.Response(
        body=generate_latest(metrics.registry),
        headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
    )
