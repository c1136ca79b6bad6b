"""GitHub's published descriptions of its API and webhooks, got once and cut to what is used.

Run as `python -m tests.github_schemas` at test set-up. The packages hold hundreds of megabytes;
what stays in .cache is the operations that Ponder may call, all webhooks, example payloads, and the
shape of a few types of the GraphQL API.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / ".cache"
PACKAGES = {
    "@octokit/openapi": ("23.0.2", "package/generated/api.github.com.json"),
    "@octokit/openapi-webhooks": ("12.1.0", "package/generated/api.github.com.json"),
    "@octokit/webhooks-examples": ("7.6.1", "package/api.github.com/index.json"),
    "@octokit/graphql-schema": ("15.26.1", "package/schema.json"),
}
_REPOSITORY = "/repos/{owner}/{repo}"
PATHS = (
    "/app",
    "/app/hook/deliveries",
    "/app/hook/deliveries/{delivery_id}",
    "/app/hook/deliveries/{delivery_id}/attempts",
    "/app/installations",
    "/app/installations/{installation_id}",
    "/app/installations/{installation_id}/access_tokens",
    "/app-manifests/{code}/conversions",
    "/installation/repositories",
    "/installation/token",
    "/rate_limit",
    "/user",
    "/user/installations",
    "/user/installations/{installation_id}/repositories",
    _REPOSITORY,
    *(
        f"{_REPOSITORY}/{path}"
        for path in (
            "branches/{branch}",
            "check-runs",
            "check-runs/{check_run_id}",
            "check-runs/{check_run_id}/annotations",
            "collaborators/{username}/permission",
            "commits/{commit_sha}/pulls",
            "commits/{ref}/check-runs",
            "contents/{path}",
            "git/blobs",
            "git/blobs/{file_sha}",
            "git/commits",
            "git/commits/{commit_sha}",
            "git/matching-refs/{ref}",
            "git/ref/{ref}",
            "git/refs",
            "git/refs/{ref}",
            "git/trees",
            "git/trees/{tree_sha}",
            "issues",
            "issues/comments",
            "issues/comments/{comment_id}",
            "issues/comments/{comment_id}/reactions",
            "issues/comments/{comment_id}/reactions/{reaction_id}",
            "issues/{issue_number}",
            "issues/{issue_number}/comments",
            "issues/{issue_number}/labels",
            "issues/{issue_number}/labels/{name}",
            "issues/{issue_number}/reactions",
            "pulls",
            "pulls/comments",
            "pulls/comments/{comment_id}",
            "pulls/comments/{comment_id}/reactions",
            "pulls/comments/{comment_id}/reactions/{reaction_id}",
            "pulls/{pull_number}",
            "pulls/{pull_number}/comments",
            "pulls/{pull_number}/comments/{comment_id}/replies",
            "pulls/{pull_number}/files",
            "pulls/{pull_number}/reviews",
            "pulls/{pull_number}/reviews/{review_id}",
            "pulls/{pull_number}/reviews/{review_id}/comments",
            "pulls/{pull_number}/reviews/{review_id}/events",
        )
    ),
)
GRAPHQL_TYPES = (
    "Query",
    "Mutation",
    "Node",
    "PageInfo",
    "Repository",
    "PullRequest",
    "PullRequestReviewComment",
    "PullRequestReviewCommentConnection",
    "PullRequestReviewThread",
    "PullRequestReviewThreadConnection",
    "ResolveReviewThreadInput",
    "ResolveReviewThreadPayload",
    "UnresolveReviewThreadInput",
    "UnresolveReviewThreadPayload",
)
Document = dict[str, Any]


def _cached() -> Path:
    """Other versions, or another list of what is kept, are another file."""
    kept = hashlib.sha256(json.dumps([PACKAGES, PATHS, GRAPHQL_TYPES]).encode())
    return FOLDER / f"github-{kept.hexdigest()[:16]}.json"


def fetch() -> Path:
    """The cut, made now if it is not there."""
    path = _cached()
    if path.exists():
        return path
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        api, webhooks, examples, graphql = (_package(Path(folder), name) for name in PACKAGES)
        cut = {
            "api": _nullable(_cut(api, {path: api["paths"][path] for path in PATHS})),
            "webhooks": _cut(webhooks, webhooks["webhooks"]),
            "examples": examples,
            "graphql": _graphql(graphql["__schema"]["types"]),
        }
        written = Path(folder) / "cut.json"
        written.write_text(json.dumps(cut))
        written.rename(path)
    return path


@cache
def descriptions() -> Document:
    """What `fetch` left, with the keys api, webhooks, examples and graphql."""
    path = _cached()
    if not path.exists():
        raise RuntimeError("GitHub's descriptions are missing; run python -m tests.github_schemas")
    cut: Document = json.loads(path.read_text())
    return cut


def _package(folder: Path, name: str) -> Any:
    version, member = PACKAGES[name]
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    archive_name = packed.stdout.split()[-1]
    with tarfile.open(folder / archive_name) as archive:
        file = archive.extractfile(member)
        assert file is not None
        return json.load(file)


def _cut(document: Document, kept: Document) -> Document:
    """What is kept, with the components that it refers to, straight or through others."""
    components: Document = {}
    waiting = [kept]
    while waiting:
        for reference in _references(waiting.pop()):
            kind, name = reference.removeprefix("#/components/").split("/", 1)
            if name not in components.setdefault(kind, {}):
                components[kind][name] = document["components"][kind][name]
                waiting.append(components[kind][name])
    return {"operations": kept, "components": components}


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


def _graphql(types: list[Document]) -> Document:
    """The fields of each type that is kept: what they are, and what arguments they take."""
    return {
        kept["name"]: {
            field["name"]: {
                "type": _named(field["type"]),
                "needed": field["type"]["kind"] == "NON_NULL",
                "arguments": {
                    argument["name"]: argument["type"]["kind"] == "NON_NULL"
                    for argument in field.get("args", [])
                },
            }
            for field in kept["fields"] or kept["inputFields"] or []
        }
        for kept in types
        if kept["name"] in GRAPHQL_TYPES
    }


def _named(kind: Document) -> str:
    """The name inside lists and promises not to be null."""
    while kind["ofType"]:
        kind = kind["ofType"]
    return str(kind["name"])


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            yield reference
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


if __name__ == "__main__":
    try:
        fetch()
    except FileNotFoundError:
        sys.exit("npm is missing; it brings GitHub's published API description for the tests.")
    except subprocess.CalledProcessError as error:
        sys.exit(f"npm cannot get {error.cmd[-1]}: {error.stderr.strip() or 'no reason given'}")
