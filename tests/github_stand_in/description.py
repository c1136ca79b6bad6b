"""GitHub's own description, as a judge of requests, of our answers to them, and of webhooks."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from jsonschema import Draft202012Validator

from tests.github_schemas import Document, descriptions
from tests.github_stand_in.complete import completed

NEEDED_HEADERS = ("accept", "user-agent", "x-github-api-version")


@dataclass(frozen=True)
class Operation:
    """A method on a path of GitHub's API, with the variables of the path as they were sent."""

    method: str
    template: str
    variables: dict[str, str]
    described: Document
    components: Document

    @property
    def for_apps(self) -> bool:
        return bool(self.described["x-github"]["enabledForGitHubApps"])

    def example(self, status: int) -> Any:
        """The published example of an answer, to be filled with what the stand-in knows."""
        key = (self.method, self.template, status)
        if key not in _EXAMPLES:
            content = self._resolved(self.described["responses"][str(status)])["content"]
            described = content["application/json"]
            example = self._resolved(next(iter(described["examples"].values())))["value"]
            if isinstance(example, dict) and "$ref" in example:
                example = self._resolved(example)["value"]
            _EXAMPLES[key] = completed(described["schema"], example, self.components)
        return copy.deepcopy(_EXAMPLES[key])

    def wrong_request(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: Any
    ) -> Iterator[str]:
        yield from (
            f"the header {name} is missing" for name in NEEDED_HEADERS if not headers.get(name)
        )
        known = {p["name"] for p in self._parameters() if p["in"] == "query"}
        yield from (f"the parameter {name} is unknown" for name in query if name not in known)
        if "requestBody" not in self.described:
            if body is not None:
                yield "there is a body where none is described"
            return
        schema = self.described["requestBody"]["content"]["application/json"]["schema"]
        yield from self._wrong("request", schema, {} if body is None else body)
        if isinstance(body, dict):
            yield from (f"{name} is unknown" for name in body if name not in self._names(schema))

    def wrong_response(self, status: int, body: Any) -> Iterator[str]:
        """Of a success. Which errors there are is described with gaps."""
        if status >= 300:
            return
        described = self.described["responses"].get(str(status))
        if described is None:
            yield f"status {status} is not described"
            return
        content = self._resolved(described).get("content")
        if content is None:
            yield from ["there is a body where none is described"] if body is not None else []
            return
        yield from self._wrong(str(status), content["application/json"]["schema"], body)

    def _parameters(self) -> Iterator[Document]:
        for parameter in self.described.get("parameters", []):
            yield self._resolved(parameter)

    def _resolved(self, value: Document) -> Document:
        reference = value.get("$ref")
        if reference is None:
            return value
        kind, name = reference.removeprefix("#/components/").split("/", 1)
        found: Document = self.components[kind][name]
        return found

    def _names(self, schema: Document) -> set[str]:
        schema = self._resolved(schema)
        names = set(schema.get("properties", {}))
        for key in ("oneOf", "anyOf", "allOf"):
            for part in schema.get(key, []):
                names |= self._names(part)
        return names

    def _wrong(self, of: str, schema: Document, value: Any) -> Iterator[str]:
        key = (self.method, self.template, of)
        yield from _errors(key, schema, self.components, value)


_EXAMPLES: dict[tuple[str, str, int], Any] = {}
_VALIDATORS: dict[tuple[str, str, str], Draft202012Validator] = {}
"""One for each schema: it remembers where references lead."""


def _errors(
    key: tuple[str, str, str], schema: Document, components: Document, value: Any
) -> Iterator[str]:
    if key not in _VALIDATORS:
        _VALIDATORS[key] = Draft202012Validator(schema | {"components": components})
    for error in _VALIDATORS[key].iter_errors(value):
        yield f"{error.json_path}: {error.message[:300]}"


class Description:
    """What is used of GitHub's API and webhooks."""

    def __init__(self) -> None:
        self._payloads: dict[tuple[str, str | None], Document] = {}

    @cached_property
    def _api(self) -> Document:
        api: Document = descriptions()["api"]
        return api

    @cached_property
    def _templates(self) -> list[tuple[re.Pattern[str], str]]:
        """The most literal first: what is a name of one path may be a word of another."""
        templates = sorted(self._api["operations"], key=lambda t: -len(re.sub(r"{.*?}", "", t)))
        return [(re.compile(_pattern(template)), template) for template in templates]

    def operation(self, method: str, path: str) -> Operation | None:
        for pattern, template in self._templates:
            match = pattern.fullmatch(path)
            methods = self._api["operations"][template]
            if match and method.lower() in methods:
                described = methods[method.lower()]
                components = self._api["components"]
                return Operation(method, template, match.groupdict(), described, components)
        return None

    def wrong_payload(self, event: str, payload: Document) -> list[str]:
        """How a webhook's payload differs from what GitHub describes."""
        action = payload.get("action")
        schema, components = self._webhook(event, action)
        return list(_errors(("webhook", event, str(action)), schema, components, payload))

    def payload(self, event: str, action: str | None = None) -> Document:
        """A published example payload of an event; where none is of this action, one of another,
        with what the description of this one asks for."""
        key = event, action
        if key not in self._payloads:
            schema, components = self._webhook(event, action)
            example = self._example(event, action)
            named = {} if action is None else {"action": action}
            self._payloads[key] = completed(schema, copy.deepcopy(example) | named, components)
        return copy.deepcopy(self._payloads[key])

    def _example(self, event: str, action: str | None) -> Document:
        named = next((e for e in descriptions()["examples"] if e["name"] == event), None)
        if named is None:
            return {}  # it is filled from its description alone
        examples: list[Document] = named["examples"]
        return next((e for e in examples if e.get("action") == action), examples[0])

    def _webhook(self, event: str, action: str | None) -> tuple[Document, Document]:
        """The schema of a payload, and the components that it refers to."""
        webhooks = descriptions()["webhooks"]
        name = "-".join(filter(None, (event, action))).replace("_", "-")
        if event == "repository_dispatch":  # whose actions are anybody's own
            name = "repository-dispatch-sample.collected"
        body = webhooks["operations"][name]["post"]["requestBody"]
        return body["content"]["application/json"]["schema"], webhooks["components"]


def _pattern(template: str) -> str:
    """A path or a reference may have slashes; the other variables have none."""
    pattern = re.escape(template)
    pattern = re.sub(r"\\\{(path|ref|branch)\\\}", r"(?P<\1>.+)", pattern)
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", pattern)


@cache
def description() -> Description:
    """One for the process: reading it takes a while."""
    return Description()
