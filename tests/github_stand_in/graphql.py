"""The little of GraphQL that has no other way: threads of reviews, listed and resolved, and
reactions to reviews.

A document is read whole, and its fields and arguments are compared with GitHub's published schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.github_schemas import descriptions
from tests.github_stand_in.rest.call import Call
from tests.github_stand_in.threads import Comment, Thread, node_id
from tests.github_stand_in.world import Repository

Json = dict[str, Any]


class Wrong(Exception):
    """What GitHub says of a document in `errors`, with the status of success: a type, a message."""


@dataclass
class Field:
    name: str
    alias: str
    arguments: Json = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)
    on: str = ""
    """Of an inline fragment, which has no name: its type."""


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\.\.\.|[A-Za-z_]\w*|-?\d+|[{}()\[\]:!$=@]')


class Reader:
    """Reads a document into fields, with the variables put in."""

    def __init__(self, document: str, variables: Json) -> None:
        self._tokens = _TOKEN.findall(re.sub(r"#.*", "", document))
        self._variables = variables

    def operation(self) -> tuple[str, list[Field]]:
        kind = "query" if self._tokens[0] == "{" else self._take()
        while self._tokens[0] != "{":
            self._take()
        fields = self._selection()
        if self._tokens:
            raise Wrong("PARSE_ERROR", f"unexpected {self._tokens[0]}")
        return {"query": "Query", "mutation": "Mutation"}[kind], fields

    def _take(self, expected: str = "") -> str:
        if not self._tokens or (expected and self._tokens[0] != expected):
            raise Wrong("PARSE_ERROR", f"expected {expected or 'more'}")
        return str(self._tokens.pop(0))

    def _selection(self) -> list[Field]:
        self._take("{")
        fields = []
        while self._tokens[0] != "}":
            fields.append(self._field())
        self._take("}")
        return fields

    def _field(self) -> Field:
        name = self._take()
        if name == "...":
            self._take("on")
            kind = self._take()
            return Field("", "", {}, self._selection(), kind)
        alias = name
        if self._tokens[0] == ":":
            self._take()
            name = self._take()
        arguments = self._arguments() if self._tokens[0] == "(" else {}
        return Field(name, alias, arguments, self._selection() if self._tokens[0] == "{" else [])

    def _arguments(self, close: str = ")") -> Json:
        self._take()
        found = {}
        while self._tokens[0] != close:
            name = self._take()
            self._take(":")
            found[name] = self._value()
        self._take(close)
        return found

    def _value(self) -> Any:
        if self._tokens[0] == "{":
            return self._arguments("}")
        token = self._take()
        if token == "$":
            return self._variables.get(self._take())
        if token[0] == '"':
            return token[1:-1].replace('\\"', '"')
        plain = {"true": True, "false": False, "null": None}
        return plain[token] if token in plain else int(token) if token[-1].isdigit() else token


def answer(call: Call) -> tuple[int, Json]:
    """Errors have the status of success, but for a token that is not good."""
    call.token()
    try:
        reader = Reader(str(call.body.get("query") or ""), call.body.get("variables") or {})
        kind, fields = reader.operation()
        for wrong in _unknown(kind, fields):
            call.webhooks.violations.append(f"GraphQL: {wrong}")
            raise Wrong("undefinedField", wrong)
        return 200, {"data": {f.alias: _ROOTS[f.name](call, f) for f in fields}}
    except Wrong as wrong:
        kind, message = wrong.args
        return 200, {"data": None, "errors": [{"type": kind, "message": message, "path": []}]}
    except KeyError as error:
        call.webhooks.violations.append(f"GraphQL: the stand-in does not have {error}")
        return 200, {"errors": [{"type": "undefinedField", "message": str(error)}]}


def _unknown(kind: str, fields: list[Field]) -> Iterator[str]:
    """Fields and arguments that GitHub's schema does not have, and those that it needs."""
    known = descriptions()["graphql"].get(kind, {})
    for asked in fields:
        if asked.on:
            yield from _unknown(asked.on, asked.fields)
        elif asked.name != "__typename" and kind in descriptions()["graphql"]:
            if asked.name not in known:
                yield f"Field '{asked.name}' doesn't exist on type '{kind}'"
                return
            arguments = known[asked.name]["arguments"]
            yield from (
                f"{kind}.{asked.name}({n}) is unknown" for n in asked.arguments.keys() - arguments
            )
            needed = {name for name, is_needed in arguments.items() if is_needed}
            yield from (f"{kind}.{asked.name} needs {n}" for n in needed - asked.arguments.keys())
            yield from _unknown(known[asked.name]["type"], asked.fields)


def _shaped(value: Any, fields: list[Field]) -> Any:
    """What was asked for of what there is; a connection's rows are cut by its `first`."""
    if isinstance(value, list):
        return [_shaped(item, fields) for item in value]
    if not isinstance(value, dict):
        return value
    shaped: Json = {}
    for asked in fields:
        if asked.on:
            wanted = asked.fields if asked.on == value["__typename"] else []
            shaped |= _shaped(value, wanted)
        else:
            shaped[asked.alias] = _shaped(_read(value[asked.name], asked), asked.fields)
    return shaped


def _read(value: Any, asked: Field) -> Any:
    return value(asked.arguments) if callable(value) else value


def _connection(kind: str, rows: list[Json]) -> Callable[[Json], Json]:
    def page(arguments: Json) -> Json:
        size = arguments.get("first") or arguments.get("last") or 0
        if not 1 <= size <= 100:
            raise Wrong("EXCESSIVE_PAGINATION", f"`first` on the `{kind}` is to be 1 to 100")
        start = int(arguments.get("after") or 0)
        last = min(start + size, len(rows))
        more = {"hasNextPage": last < len(rows), "endCursor": str(last), "hasPreviousPage": False}
        found = {"nodes": rows[start:last], "totalCount": len(rows), "pageInfo": more}
        return {"__typename": kind, **found}

    return page


def _thread(call: Call, thread: Thread, root: Comment) -> Json:
    said = [c for c in thread.reviews if c is root or c.in_reply_to == root.id]
    rows = [_comment(call, comment) for comment in said]
    return {
        "__typename": "PullRequestReviewThread",
        "id": root.thread_id,
        "isResolved": root.resolved_by is not None,
        "resolvedBy": {"login": root.resolved_by.login} if root.resolved_by else None,
        "isOutdated": root.outdated,
        "path": root.path,
        "line": None if root.outdated else root.line,
        "originalLine": root.original_line,
        "viewerCanResolve": root.resolved_by is None,
        "viewerCanUnresolve": root.resolved_by is not None,
        "comments": _connection("PullRequestReviewCommentConnection", rows),
    }


def _comment(call: Call, comment: Comment) -> Json:
    return {
        "__typename": "PullRequestReviewComment",
        "id": node_id("PRRC", comment.id),
        "databaseId": comment.id,
        "fullDatabaseId": str(comment.id),
        "body": comment.body,
        "path": comment.path,
        "author": {"login": comment.author.login.removesuffix("[bot]")},
        "viewerDidAuthor": comment.author is call.writer,
    }


def _roots(repository: Repository) -> Iterator[tuple[Thread, Comment]]:
    for thread in repository.threads.values():
        yield from ((thread, c) for c in thread.reviews if c.in_reply_to is None)


def _repository(call: Call, asked: Field) -> Any:
    found = call.world.find(asked.arguments["owner"], asked.arguments["name"])
    if found is None or not call.token().covers(found):
        raise Wrong("NOT_FOUND", "Could not resolve to a Repository with that name.")

    def pull(arguments: Json) -> Json:
        thread = found.threads.get(arguments["number"])
        if thread is None or not thread.is_pull or not call.token().may("pull_requests", "read"):
            raise Wrong("NOT_FOUND", "Could not resolve to a PullRequest with that number.")
        rows = [_thread(call, thread, c) for c in thread.reviews if c.in_reply_to is None]
        return {
            "__typename": "PullRequest",
            "id": node_id("PR", thread.id),
            "number": thread.number,
            "reviewThreads": _connection("PullRequestReviewThreadConnection", rows),
        }

    whole = {"__typename": "Repository", "id": node_id("R", found.id), "pullRequest": pull}
    return _shaped(whole, asked.fields)


def _node(call: Call, asked: Field) -> Any:
    thread, root, _ = _of_id(call, asked.arguments["id"], "read")
    return _shaped(_thread(call, thread, root), asked.fields)


def _resolve(call: Call, asked: Field) -> Any:
    resolves = asked.name == "resolveReviewThread"
    given = asked.arguments["input"]
    thread, root, repository = _of_id(call, given["threadId"], "write")
    changes = resolves == (root.resolved_by is None)
    root.resolved_by = call.writer if resolves else None
    if changes:
        action = "resolved" if resolves else "unresolved"
        payload = call.webhooks.of_thread(repository, thread, root, action, call.writer)
        call.webhooks.emit("pull_request_review_thread", payload)
    answered = {
        "thread": _thread(call, thread, root),
        "clientMutationId": given.get("clientMutationId"),
    }
    return _shaped({"__typename": "ResolveReviewThreadPayload", **answered}, asked.fields)


def _react(call: Call, asked: Field) -> Any:
    given = asked.arguments["input"]
    name = str(given["content"]).lower()
    for repository in call.token().installation.repositories:
        for review in (r for t in repository.threads.values() for r in t.submitted):
            if review.node_id == given["subjectId"] and call.token().covers(repository):
                if not call.token().may("pull_requests", "write"):
                    raise Wrong("FORBIDDEN", "Resource not accessible by integration")
                review.reactions = list({*review.reactions, (call.writer.login, name)})
                number = len(review.reactions)
                made = {"__typename": "Reaction", "id": f"REA_{number}", "databaseId": number}
                return _shaped({"reaction": made}, asked.fields)
    raise Wrong("NOT_FOUND", "Could not resolve to a node with that global id.")


def _of_id(call: Call, wanted: str, level: str) -> tuple[Thread, Comment, Repository]:
    for repository in call.token().installation.repositories:
        for thread, root in _roots(repository):
            if root.thread_id == wanted and call.token().covers(repository):
                # To resolve needs the writing of contents, too, which nobody would expect.
                needed = ("pull_requests", "contents") if level == "write" else ("pull_requests",)
                if not all(call.token().may(name, level) for name in needed):
                    raise Wrong("FORBIDDEN", "Resource not accessible by integration")
                return thread, root, repository
    raise Wrong("NOT_FOUND", f"Could not resolve to a node with the global id of '{wanted}'.")


_ROOTS: dict[str, Callable[[Call, Field], Any]] = {
    "repository": _repository,
    "node": _node,
    "addReaction": _react,
    "resolveReviewThread": _resolve,
    "unresolveReviewThread": _resolve,
}
