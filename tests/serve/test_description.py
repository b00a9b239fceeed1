"""The OpenAPI document is exact: whatever a request that follows it, or does not, is answered as
the document says."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from loopback import Start
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tiny_model import TinyModel

from serve.settings import ServeSettings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def _send(strategy: Any, label: str, examples: int, statuses: Counter[str]) -> None:
    @given(case=strategy)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    def send(case: Any) -> None:
        response = case.call()
        statuses[f"{label} {response.status_code}"] += 1
        case.validate_response(response, checks=CHECKS)

    send()


def hold_to_the_document(server: Any, examples: int) -> Counter[str]:
    """Sends made-up requests to every operation; the statuses that came, by operation."""
    document = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    statuses: Counter[str] = Counter()
    operations = 0
    for found in document.get_all_operations():
        operation = found.ok()
        operations += 1
        for mode in schemathesis.GenerationMode:
            strategy = operation.as_strategy(generation_mode=mode)
            try:
                _send(strategy, operation.label, examples, statuses)
            except Unsatisfiable:
                # Nothing can be wrong about an operation that takes nothing.
                assert mode is schemathesis.GenerationMode.NEGATIVE
                assert operation.label.startswith("GET ")
    assert operations == 10
    return statuses


# By name only: after many other tests CPython 3.11 fails in hypothesis's reading of lambdas
# ("AST constructor recursion depth mismatch"), which says nothing of the server.
@pytest.mark.slow
def test_every_operation_answers_as_described(start: Start) -> None:
    server = start(ServeSettings(rate=100_000), model=TinyModel())
    statuses = hold_to_the_document(server, examples=2)
    for operation in ("GET /health", "GET /metrics", "GET /v1/models", "GET /v1/schemas"):
        assert statuses[f"{operation} 200"] > 0


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_many_requests_find_no_defect(start: Start) -> None:
    server = start(ServeSettings(rate=100_000), model=TinyModel())
    statuses = hold_to_the_document(server, examples=100)
    for operation in ("POST /v1/complete", "POST /infill", "POST /v1/events"):
        assert statuses[f"{operation} 200"] + statuses[f"{operation} 404"] > 0
        assert statuses[f"{operation} 422"] > 0


def test_the_document_names_what_is_needed(start: Start) -> None:
    with start(ServeSettings(token="a-token-of-enough-length")).client() as client:
        client.headers["Authorization"] = "Bearer a-token-of-enough-length"
        document = client.get("/openapi.json").json()
        assert document == client.get("/v1/openapi.json").json()
    assert document["security"] == [{"token": []}]
    assert document["paths"]["/health"]["get"]["security"] == []
    complete = document["paths"]["/v1/complete"]["post"]
    assert {"200", "400", "401", "403", "404", "413", "422", "429", "503"} <= set(
        complete["responses"]
    )
    error = complete["responses"]["422"]["content"]["application/json"]["schema"]
    assert error == {"$ref": "#/components/schemas/ErrorBody"}
    assert "HTTPValidationError" not in document["components"]["schemas"]
    streamed = document["paths"]["/v1/completions"]["post"]["responses"]["200"]["content"]
    assert set(streamed) == {"application/json", "text/event-stream"}
