"""The OpenAPI document tells the truth: about the routes, and about what they answer."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from jsonschema import Draft202012Validator

from core.db.connect import Database
from core.db.repositories import Repository
from core.queue import Queue
from tests.web import stage, thinker
from tests.web.finder import Finder
from tests.web.stage import Worker
from tests.web.test_facts_page import finding_out
from web.api.description import document
from web.app import API, PAGES


def _described() -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, at in document()["paths"].items() for method in at}


def test_the_document_names_the_routes_of_the_api_and_no_other() -> None:
    assert _described() == {(route.method, route.path) for route in API}


def test_pages_and_api_do_not_share_an_address() -> None:
    assert not {route.path for route in API} & {route.path for route in PAGES}


@pytest.mark.parametrize("method_and_path", sorted(_described()), ids=str)
def test_every_operation_is_explained(method_and_path: tuple[str, str]) -> None:
    method, path = method_and_path
    operation = document()["paths"][path][method.lower()]
    assert operation["summary"]
    assert operation["operationId"]
    named = {
        p["name"] for p in map(_resolved, operation.get("parameters", [])) if p["in"] == "path"
    }
    assert named == set(re.findall(r"{(\w+)}", path))


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            _resolved(node)
            if "schema" in node:
                Draft202012Validator.check_schema(node["schema"])
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(document())
    for schema in document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = document()
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    assert isinstance(found, dict)
    return found


async def _check(method: str, path: str, response: ClientResponse) -> None:
    """The response is one that the document describes, and its body fits."""
    responses = document()["paths"][path][method.lower()]["responses"]
    described = _resolved(responses.get(str(response.status)) or responses["default"])
    schema = described["content"][response.content_type]["schema"]
    if response.content_type.endswith("json"):
        whole = {**schema, "components": document()["components"]}
        errors = [
            error.message
            for error in Draft202012Validator(whole).iter_errors(await response.json())
        ]
        assert errors == []


async def test_responses_fit_the_document(
    client: TestClient,
    repository: Repository,
    worker: Worker,
    finder: Finder,
    database: Database,
    queue: Queue,
    tmp_path: Any,
) -> None:
    async def ask(method: str, path: str, address: str = "", **how: Any) -> ClientResponse:
        response = await client.request(method, address or path, **how)
        await _check(method, path, response)
        return response

    for path in ("/healthz", "/readyz", "/metrics", "/openapi.json", "/repos/list"):
        await ask("GET", path)
    await stage.announce_workers(queue)
    assert (await ask("GET", "/readyz")).status == 200
    (tmp_path / ".git").mkdir()
    await ask("POST", "/repos/connect", json={"repo": str(tmp_path)})
    await ask("POST", "/repos/connect", json={"repo": 3})
    number = repository.id
    await ask("POST", "/index/{repo}/initial", f"/index/{number}/initial")
    commits = {"before": "a" * 40, "after": "b" * 40}
    await ask("POST", "/index/{repo}/diff", f"/index/{number}/diff", json=commits)
    await ask("POST", "/index/{repo}/diff", f"/index/{number}/diff", json={})
    await ask("GET", "/index/status", f"/index/status?repo_id={number}")
    await ask("GET", "/index/status")
    question = {"repo_id": number, "question": "How?"}
    answer = await (await ask("POST", "/chat", json=question)).json()
    await ask("POST", "/chat", json={})
    await ask("POST", "/chat", json=question, headers={"Accept": "text/event-stream"})
    later = await ask("POST", "/chat", json=question, headers={"Prefer": "respond-async"})
    assert later.status == 202
    for part in ("", "/why", "/stream"):
        path, address = f"/answers/{{answer_id}}{part}", f"/answers/{answer['answer_id']}{part}"
        assert (await ask("GET", path, address)).status == 200
        assert (await ask("GET", path, f"/answers/unknown{part}")).status == 404
    assert (await ask("GET", "/search", f"/search?repo_id={number}&q=retry")).status == 200
    assert (await ask("GET", "/search", f"/search?repo_id={number}")).status == 422
    async with finding_out(database):
        assert (await ask("GET", "/facts", f"/facts?repo_id={number}")).status == 200
    assert (await ask("GET", "/facts")).status == 422
    vote = {"answer_id": answer["answer_id"], "vote": 1}
    assert (await ask("POST", "/feedback", json=vote)).status == 200
    assert (await ask("POST", "/feedback", json={})).status == 422
    await ask_about_thoughts(ask, repository, database)
    why = await ask("GET", "/answers/{answer_id}/why", f"/answers/{answer['answer_id']}/why")
    assert (await why.json())["feedback"]


async def ask_about_thoughts(
    ask: Callable[..., Awaitable[ClientResponse]], repository: Repository, database: Database
) -> None:
    number, run = repository.id, await thinker.filled(database, repository)
    finding = f"/insights/{thinker.BUG.fingerprint}"
    assert (await ask("GET", "/insights", f"/insights?repo_id={number}&state=all")).status == 200
    assert (await ask("GET", "/insights", f"/insights?repo_id={number}&state=gone")).status == 422
    one = "/insights/{fingerprint}"
    assert (await ask("GET", one, f"{finding}?repo_id={number}")).status == 200
    assert (await ask("GET", one, f"/insights/none?repo_id={number}")).status == 404
    said = {"repo_id": number, "state": "dismissed", "reason": "It is meant so."}
    assert (await ask("POST", one, finding, json=said)).status == 200
    assert (await ask("POST", one, finding, json={})).status == 422
    asked = {"repo_id": number}
    act = "/insights/{fingerprint}/{act}"
    assert (await ask("POST", act, f"{finding}/draft", json=asked)).status == 202
    assert (await ask("POST", act, f"{finding}/explode", json=asked)).status == 404
    assert (await ask("GET", "/risks", f"/risks?repo_id={number}")).status == 200
    assert (await ask("GET", "/risks", f"/risks?repo_id={number}&limit=x")).status == 422
    assert (await ask("GET", "/runs", f"/runs?repo_id={number}")).status == 200
    assert (await ask("GET", "/runs", f"/runs?repo_id={number}&before=now")).status == 422
    assert (await ask("GET", "/runs/{run_id}", f"/runs/{run.id}")).status == 200
    assert (await ask("GET", "/runs/{run_id}", "/runs/none")).status == 404
    assert (await ask("POST", "/runs/{run_id}/rerun", f"/runs/{run.id}/rerun")).status == 202
    assert (await ask("POST", "/runs/{run_id}/cancel", f"/runs/{run.id}/cancel")).status == 409
    artifact = "/runs/{run_id}/artifacts/{name}"
    assert (await ask("GET", artifact, f"/runs/{run.id}/artifacts/log.txt")).status == 404
    wanted = {"repo_id": number, "on": True, "budgets": {"cpu_seconds": {"per_hour": 60}}}
    toggled = await ask("POST", "/learning/toggle", json=wanted)
    assert (await toggled.json())["budgets"]["cpu_seconds"]["per_hour"] == 60
    wanted["budgets"] = {"cpu_seconds": {"per_hour": -1}}
    refused = await ask("POST", "/learning/toggle", json=wanted)
    assert (await refused.json())["errors"][0]["pointer"] == "#/budgets/cpu_seconds/per_hour"
    assert (await ask("POST", "/learning/toggle", json={"repo_id": number})).status == 422
    stands = await ask("GET", "/learning/status", f"/learning/status?repo_id={number}")
    assert (await stands.json())["on"] is True
    assert (await ask("GET", "/learning/status")).status == 422
