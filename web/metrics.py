"""GET /metrics: how the web serves, for Prometheus. Only routes are named, never what was asked."""

from __future__ import annotations

import time
from ipaddress import ip_address

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from core.queue import QUEUES
from web import keys
from web.problem import Handler, Problem

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
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


def is_near(request: web.Request) -> bool:
    """A proxy on this machine has a near address too, and says for whom it asks."""
    if any(header in request.headers for header in _FORWARDED):
        return False
    try:
        peer = ip_address((request.remote or "").partition("%")[0])
    except ValueError:
        # A socket of this machine has no address.
        return not request.remote
    peer = getattr(peer, "ipv4_mapped", None) or peer
    return peer.is_loopback or peer.is_private or peer.is_link_local


async def show(request: web.Request) -> web.Response:
    """For whoever watches over this server, not for the world that a proxy lets in."""
    if not is_near(request):
        raise Problem(
            403,
            "Figures are for this machine and its private network; scrape Ponder there, not "
            "through the proxy.",
        )
    metrics = request.app[METRICS]
    alive = await request.app[keys.QUEUE].workers() or {}
    for queue in QUEUES:
        metrics.workers.labels(queue).set(alive.get(queue, False))
    return web.Response(
        body=generate_latest(metrics.registry),
        headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
    )
