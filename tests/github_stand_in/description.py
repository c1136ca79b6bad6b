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
        content = self._resolved(self.described["responses"][str(status)])["content"]
        examples = content["application/json"]["examples"]
        return copy.deepcopy(self._resolved(next(iter(examples.values())))["value"])

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
        yield from self._wrong(schema, {} if body is None else body)
        if isinstance(body, dict):
            yield from (f"{name} is unknown" for name in body if name not in self._names(schema))

    def wrong_response(self, status: int, body: Any) -> Iterator[str]:
        """Of a success. Which errors there are is described with gaps."""
        if status >= 400:
            return
        described = self.described["responses"].get(str(status))
        if described is None:
            yield f"status {status} is not described"
            return
        content = self._resolved(described)["content"]["application/json"]
        yield from self._wrong(content["schema"], body)

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

    def _wrong(self, schema: Document, value: Any) -> Iterator[str]:
        yield from _errors(schema | {"components": self.components}, value)


def _errors(schema: Document, value: Any) -> Iterator[str]:
    for error in Draft202012Validator(schema).iter_errors(value):
        yield f"{error.json_path}: {error.message[:300]}"


class Description:
    """What is used of GitHub's API and webhooks."""

    @cached_property
    def _api(self) -> Document:
        api: Document = _nullable(descriptions()["api"])
        return api

    def operation(self, method: str, path: str) -> Operation | None:
        for template, methods in self._api["operations"].items():
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
            match = re.fullmatch(pattern, path)
            if match and method.lower() in methods:
                described = methods[method.lower()]
                components = self._api["components"]
                return Operation(method, template, match.groupdict(), described, components)
        return None

    def wrong_payload(self, event: str, payload: Document) -> list[str]:
        """How a webhook's payload differs from what GitHub describes."""
        schema, components = self._webhook(event, payload.get("action"))
        return list(_errors(schema | {"components": components}, payload))

    def payload(self, event: str, action: str | None = None) -> Document:
        """A published example payload of an event."""
        for described in descriptions()["examples"]:
            for example in described["examples"] if described["name"] == event else []:
                if example.get("action") == action:
                    schema, components = self._webhook(event, action)
                    copied = copy.deepcopy(example)
                    filled: Document = completed(schema, copied, components)
                    return filled
        raise LookupError(f"no example of {event} {action}")

    def _webhook(self, event: str, action: str | None) -> tuple[Document, Document]:
        """The schema of a payload, and the components that it refers to."""
        webhooks = descriptions()["webhooks"]
        name = "-".join(filter(None, (event, action))).replace("_", "-")
        body = webhooks["operations"][name]["post"]["requestBody"]
        return body["content"]["application/json"]["schema"], webhooks["components"]


@cache
def description() -> Description:
    """One for the process: reading it takes a while."""
    return Description()


def _nullable(value: Any) -> Any:
    """OpenAPI 3.0's `nullable` in the words of JSON Schema."""
    if isinstance(value, list):
        return [_nullable(item) for item in value]
    if not isinstance(value, dict):
        return value
    converted = {key: _nullable(item) for key, item in value.items()}
    if converted.get("nullable") is True and ("type" in converted or "allOf" in converted):
        del converted["nullable"]
        return {"anyOf": [converted, {"type": "null"}]}
    return converted
