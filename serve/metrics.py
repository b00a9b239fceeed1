"""What the server counts of itself, in Prometheus' form. Numbers only: no text, no name."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class Metrics:
    """One server's counters. A registry of their own: several servers may share a process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "sqlcomplete_requests",
            "Requests answered, by path and status; 499 is a client that left.",
            ["path", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "sqlcomplete_request_seconds",
            "Time from a request's first byte to its answer's last.",
            ["path"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.ghosts = Counter(
            "sqlcomplete_ghosts",
            "Completions, by what the ghost came from; 'none' had none.",
            ["source"],
            registry=self.registry,
        )
        self.model = Counter(
            "sqlcomplete_model",
            "Completions, by what the model did: 'answered', 'late' where it was shed for lack of "
            "time, 'superseded' by the session's next keystroke, 'none' where it was not asked.",
            ["share"],
            registry=self.registry,
        )
        self.deadlines = Counter(
            "sqlcomplete_deadlines",
            "Completions, by whether they were ready within their deadline.",
            ["met"],
            registry=self.registry,
        )
        self.waited = Histogram(
            "sqlcomplete_model_wait_seconds",
            "Time that a completion waited for the model.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.tokens = Counter(
            "sqlcomplete_model_tokens",
            "Tokens that the model computed, read and written.",
            registry=self.registry,
        )
        self.events = Counter(
            "sqlcomplete_events", "Events taken, by type.", ["type"], registry=self.registry
        )

    def watch(self, name: str, says: str, value: Callable[[], float]) -> None:
        """Adds a gauge that is read when the metrics are."""
        Gauge(f"sqlcomplete_{name}", says, registry=self.registry).set_function(value)

    def text(self) -> bytes:
        """The page."""
        return generate_latest(self.registry)


class Measure:
    """ASGI middleware: counts and times every request, those refused included."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = 499

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            # The route's own path: what a client wrote into it is no label.
            path = getattr(scope.get("route"), "path", "other")
            self.metrics.requests.labels(path, str(status)).inc()
            self.metrics.seconds.labels(path).observe(time.perf_counter() - begun)
