"""What a client sends and gets."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import Start

from serve.settings import ServeSettings


def ask(client: httpx.Client, **body: Any) -> httpx.Response:
    return client.post("/v1/complete", json=body)


def labels_of(answer: httpx.Response) -> list[str]:
    return [item["label"] for item in answer.json()["items"]]


def error_of(answer: httpx.Response) -> dict[str, Any]:
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"type", "message", "param"}
    assert "\n" not in body["error"]["message"]
    return dict(body["error"])


def test_a_completion_has_the_shape_of_the_contract(start: Start) -> None:
    with start().client() as client:
        answer = ask(client, text="SELECT * FROM cust", cursor=18, schema="default")
    assert answer.status_code == 200
    assert answer.json() == {
        "id": "c1",
        "ghost": {
            "text": "omers",
            "confidence": 0.8312,
            "source": "schema",
            "verdict": {"status": "valid", "detail": None},
        },
        "items": [
            {
                "label": "customers",
                "insert": "customers",
                "replace": [14, 18],
                "kind": "table",
                "score": 0.5,
                "source": "schema",
                "detail": "sqlite",
            }
        ],
        "model": "none",
        "timings_ms": {
            "total": 1.23,
            "scope": 0.0,
            "candidates": 0.0,
            "model": 0.0,
            "verdict": 0.0,
        },
    }


def test_offsets_count_code_points(start: Start) -> None:
    text = "SELECT '😀👨‍👩‍👧é' FROM ord"
    with start().client() as client:
        answer = ask(client, text=text, cursor=len(text))
        assert answer.json()["items"][0]["replace"] == [len(text) - 3, len(text)]
        # The same place counted in UTF-16 units, as JavaScript would, lies outside.
        wrong = len(text.encode("utf-16-le")) // 2
        error = error_of(ask(client, text=text, cursor=wrong))
    assert error["param"] == "cursor"
    assert f"{len(text)} code points" in error["message"]


def test_a_schema_is_put_listed_used_and_replaced(start: Start) -> None:
    with start().client() as client:
        ddl = "CREATE TABLE parts (id int, name text)"
        answer = client.put("/v1/schemas/stock", json={"ddl": ddl, "dialect": "PostgreSQL"})
        assert answer.status_code == 200
        assert answer.json() == {
            "name": "stock",
            "dialect": "postgres",
            "tables": 1,
            "columns": 2,
        }
        assert [s["name"] for s in client.get("/v1/schemas").json()["schemas"]] == [
            "default",
            "stock",
        ]
        labels = [
            i["label"] for i in ask(client, text="p", cursor=1, schema="stock").json()["items"]
        ]
        assert labels == ["parts"]
        client.put("/v1/schemas/stock", json={"ddl": "CREATE TABLE pumps (id int)"})
        labels = [
            i["label"] for i in ask(client, text="p", cursor=1, schema="stock").json()["items"]
        ]
        assert labels == ["pumps"]


def test_a_request_may_ask_in_another_dialect(start: Start) -> None:
    with start().client() as client:
        answer = ask(client, text="o", cursor=1, dialect="duckdb")
        assert answer.json()["items"][0]["detail"] == "duckdb"
        error = error_of(ask(client, text="o", cursor=1, dialect="postgers"))
    assert (error["type"], error["param"]) == ("invalid_request", "dialect")
    assert "'postgres'" in error["message"]


@pytest.mark.parametrize(
    ("body", "param", "says"),
    [
        ({"cursor": 0}, "text", "is required"),
        ({"text": "x"}, "cursor", "is required"),
        ({"text": "x", "cursor": -1}, "cursor", "greater than or equal to 0"),
        ({"text": "x", "cursor": 2}, "cursor", "outside the text"),
        ({"text": "x", "cursor": "1"}, "cursor", "integer"),
        ({"text": "x", "cursor": True}, "cursor", "integer"),
        ({"text": "x", "cursor": 1.0}, "cursor", "integer"),
        ({"text": 7, "cursor": 0}, "text", "string"),
        ({"text": "x", "cursor": 0, "max_items": 101}, "max_items", "100"),
        ({"text": "x", "cursor": 0, "deadline_ms": 0}, "deadline_ms", "greater than 0"),
        ({"text": "x", "cursor": 0, "max_item": 3}, "max_item", "not a field"),
    ],
)
def test_a_wrong_field_is_named_in_one_line(
    start: Start, body: dict[str, Any], param: str, says: str
) -> None:
    with start().client() as client:
        answer = ask(client, **body)
    assert answer.status_code == 422
    error = error_of(answer)
    assert (error["type"], error["param"]) == ("invalid_request", param)
    assert says in error["message"]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[1]", 422),
        (b'"x"', 422),
        (b"\xff\xfe", 400),
        (b'{"text": "\\ud800", "cursor": 0}', 422),
        (b'{"text": "x", "cursor": 1e999}', 422),
        (b'{"text": "x", "cursor": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 200_000, 400),
    ],
)
def test_a_body_that_is_no_request_gets_a_4xx(start: Start, content: bytes, status: int) -> None:
    with start().client() as client:
        answer = client.post(
            "/v1/complete", content=content, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == status
        error_of(answer)
        assert client.get("/health").status_code == 200


def test_no_json_whatever_is_a_defect(start: Start) -> None:
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    )
    fields = ["text", "cursor", "schema", "dialect", "max_items", "deadline_ms", "ddl"]
    right = {"text": "o", "cursor": 1, "ddl": "CREATE TABLE t (a)", "dialect": "sqlite"}
    with start().client() as client:

        @given(st.dictionaries(st.sampled_from(fields), values, max_size=4), st.data())
        @settings(max_examples=40, deadline=None)
        def check(wrong: dict[str, Any], data: st.DataObject) -> None:
            kept = data.draw(st.sets(st.sampled_from(sorted(right))))
            body = {**{name: right[name] for name in kept}, **wrong}
            content = json.dumps(body).encode()  # NaN and lone surrogates included
            headers = {"Content-Type": "application/json"}
            for method, path in (("POST", "/v1/complete"), ("PUT", "/v1/schemas/a")):
                answer = client.request(method, path, content=content, headers=headers)
                assert answer.status_code in (200, 400, 404, 422), answer.text
                if answer.status_code != 200:
                    error_of(answer)

        check()


def test_errors_of_schemas(start: Start) -> None:
    with start().client() as client:
        for body, kind, param in [
            ({"ddl": "hello"}, "invalid_schema", "ddl"),
            ({"ddl": "CREATE TABLE t (a)", "dialect": "nope"}, "invalid_request", "dialect"),
            ({}, "invalid_request", "ddl"),
            ({"ddl": "", "database_url": "sqlite://"}, "invalid_request", "ddl"),
        ]:
            answer = client.put("/v1/schemas/a", json=body)
            assert answer.status_code == 422
            error = error_of(answer)
            assert (error["type"], error["param"]) == (kind, param)
        for name in ["-a", "a b", "é", "x" * 65, "a%00", "%2e%2e"]:
            answer = client.put(f"/v1/schemas/{name}", json={"ddl": "CREATE TABLE t (a)"})
            assert answer.status_code == 422
            assert error_of(answer)["param"] == "name"
        answer = ask(client, text="x", cursor=0, schema="missing")
        assert answer.status_code == 404
        assert error_of(answer)["type"] == "unknown_schema"
        assert error_of(client.get("/v2"))["type"] == "not_found"
        answer = client.get("/v1/complete")
        assert answer.status_code == 405
        assert error_of(answer)["type"] == "method_not_allowed"


def test_a_request_names_a_database_only_where_that_is_allowed(start: Start) -> None:
    body = {"database_url": "sqlite:///x.db"}
    with start().client() as client:
        answer = client.put("/v1/schemas/a", json=body)
        assert answer.status_code == 403
        assert error_of(answer)["param"] == "database_url"
    with start(ServeSettings(allow_database_urls=True)).client() as client:
        assert client.put("/v1/schemas/a", json=body).json()["tables"] == 1
        # A path is no database's address: it would open any file, and tell of what is in it.
        for other in ("/etc/passwd", "u:hush@host/db", ["hush"], {"hush": 1}):
            answer = client.put("/v1/schemas/a", json={"database_url": other})
            assert answer.status_code == 422
            assert "database_url" in error_of(answer)["message"]
            assert "hush" not in answer.text and "passwd" not in answer.text


def test_health_tells_of_loading_and_of_failure(start: Start) -> None:
    server = start(ready=False)
    with server.client() as client:
        answer = client.get("/health")
        assert (answer.status_code, answer.json()["status"]) == (503, "loading")
        early = ask(client, text="x", cursor=0)
        assert (early.status_code, early.headers["retry-after"]) == (503, "1")
        assert error_of(early)["type"] == "model_loading"
        # A schema can be sent meanwhile.
        assert client.put("/v1/schemas/a", json={"ddl": "CREATE TABLE t (a)"}).status_code == 200
        server.loaded.set()
        server.wait_ready()
        assert ask(client, text="t", cursor=1, schema="a").status_code == 200

    broken = start(ready=False, fails=True)
    broken.loaded.set()
    with broken.client() as client:
        for _ in range(100):
            if client.get("/health").json()["status"] == "failed":
                break
            threading.Event().wait(0.02)
        assert error_of(ask(client, text="x", cursor=0))["type"] == "model_failed"
    assert str(broken.failures[0]) == "no weights"


def test_a_schema_that_was_put_is_ready_for_its_first_keystroke(start: Start) -> None:
    server = start()
    with server.client() as client:
        made = list(server.made)
        assert made == ["sqlite"]  # the one known from the start
        client.put("/v1/schemas/a", json={"ddl": "CREATE TABLE t (a)", "dialect": "duckdb"})
        assert server.made == ["sqlite", "duckdb"]
        ask(client, text="t", cursor=1, schema="a")
        assert server.made == ["sqlite", "duckdb"]


def test_the_schemas_kept_are_bounded(start: Start) -> None:
    with start(ServeSettings(max_schemas=2)).client() as client:
        client.put("/v1/schemas/a", json={"ddl": "CREATE TABLE t (a)"})
        assert ask(client, text="c", cursor=1).status_code == 200  # the default one is used
        client.put("/v1/schemas/b", json={"ddl": "CREATE TABLE t (a)"})
        names = [s["name"] for s in client.get("/v1/schemas").json()["schemas"]]
    assert names == ["b", "default"]


def test_the_completers_kept_are_bounded_too(start: Start) -> None:
    server = start(ServeSettings(max_schemas=1))
    with server.client() as client:
        for dialect in ["mysql", "duckdb", "mysql", "duckdb", "sqlite", "mysql"]:
            answer = ask(client, text="o", cursor=1, dialect=dialect)
            assert answer.json()["items"][0]["detail"] == dialect
    assert server.made == ["sqlite", "mysql", "duckdb", "sqlite", "mysql"]


def test_concurrent_requests_each_get_their_own_answer(start: Start) -> None:
    server = start(ServeSettings(workers=4, queue=100))
    with server.client(limits=httpx.Limits(max_connections=16)) as client:

        def one(number: int) -> None:
            text = " " * number + ("c" if number % 2 else "o")
            dialect = ["mysql", "duckdb"][number % 2]
            answer = ask(client, text=text, cursor=len(text), dialect=dialect)
            item = answer.json()["items"][0]
            assert item["label"] == ("customers" if number % 2 else "orders")
            assert item["replace"] == [number, number + 1]
            assert item["detail"] == dialect

        with ThreadPoolExecutor(16) as threads:
            list(threads.map(one, range(64)))


def test_health_answers_while_completions_are_busy_and_the_queue_refuses(start: Start) -> None:
    server = start(ServeSettings(workers=1, queue=2))
    server.gate.clear()
    answers: list[httpx.Response] = []

    def one() -> None:
        with server.client() as client:
            answers.append(ask(client, text="c", cursor=1))

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    with server.client() as client:
        for _ in range(500):
            if len(answers) == 3:
                break
            assert client.get("/health").status_code == 200
            threading.Event().wait(0.01)
    assert [answer.status_code for answer in answers] == [429, 429, 429]
    assert error_of(answers[0])["type"] == "overloaded"
    server.gate.set()
    for thread in threads:
        thread.join(10)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 429, 429, 429]


def test_time_spent_waiting_comes_off_the_deadline(start: Start) -> None:
    server = start(ServeSettings(workers=1))
    server.gate.clear()
    threads = []
    for _ in range(2):
        thread = threading.Thread(
            target=lambda: server.client().post(
                "/v1/complete", json={"text": "c", "cursor": 1, "deadline_ms": 5000}
            )
        )
        thread.start()
        threads.append(thread)
    threading.Event().wait(1.0)
    server.gate.set()
    for thread in threads:
        thread.join(10)
    first, second = sorted(server.calls, reverse=True)
    assert second + 300 < first <= 5000


def test_a_defect_is_a_500_that_neither_answers_nor_logs_the_text(
    start: Start, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with start().client() as client:
        answer = ask(client, text="SELECT secret_salary explode", cursor=28)
        assert answer.status_code == 500
        assert error_of(answer)["type"] == "internal_error"
        assert "secret_salary" not in answer.text
        ddl = client.put("/v1/schemas/a", json={"ddl": "CREATE TABLE secret_salary explode"})
        assert ddl.status_code == 500
        assert "secret_salary" not in ddl.text
        ask(client, text="SELECT secret_salary FROM ", cursor=26)
        ask(client, text="SELECT secret_salary FROM ", cursor=99)
    out, err = capfd.readouterr()
    assert "RuntimeError at " in caplog.text
    assert "secret_salary" not in caplog.text + out + err


def test_the_description_is_served_without_pages_that_load_from_elsewhere(start: Start) -> None:
    with start().client() as client:
        paths = json.loads(client.get("/v1/openapi.json").text)["paths"]
        assert {"/v1/schemas/{name}", "/v1/schemas", "/v1/complete", "/health"} <= set(paths)
        assert client.get("/docs").status_code == 404
        assert client.get("/redoc").status_code == 404
