"""GitHub's published descriptions of its API and webhooks, got once and cut to what is used.

Run as `python -m tests.github_schemas` at test set-up. The packages hold hundreds of megabytes;
what stays in .cache is the operations that Ponder calls, all webhooks, and example payloads.
"""

from __future__ import annotations

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
}
PATHS = (
    "/app",
    "/app/installations/{installation_id}",
    "/app/installations/{installation_id}/access_tokens",
    "/installation/repositories",
    "/repos/{owner}/{repo}/collaborators/{username}/permission",
    "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
    "/repos/{owner}/{repo}/pulls/{pull_number}/comments",
    "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies",
    "/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions",
    "/user",
    "/user/installations",
    "/user/installations/{installation_id}/repositories",
)
Document = dict[str, Any]


def _cached() -> Path:
    """Another version or another list of paths is another file."""
    versions = "-".join(version for version, _ in PACKAGES.values())
    return FOLDER / f"github-openapi-{versions}-{len(PATHS)}.json"


def fetch() -> Path:
    """The cut, made now if it is not there."""
    path = _cached()
    if path.exists():
        return path
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        api, webhooks, examples = (_package(Path(folder), name) for name in PACKAGES)
        cut = {
            "api": _cut(api, {path: api["paths"][path] for path in PATHS}),
            "webhooks": _cut(webhooks, webhooks["webhooks"]),
            "examples": examples,
        }
        written = Path(folder) / "cut.json"
        written.write_text(json.dumps(cut))
        written.rename(path)
    return path


@cache
def descriptions() -> Document:
    """What `fetch` left, with the keys api, webhooks and examples."""
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
