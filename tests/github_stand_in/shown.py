"""How what the stand-in knows looks in an answer: a published example, with our facts in it."""

from __future__ import annotations

from typing import Any

from tests.github_stand_in.threads import CheckRun, Comment, Review, Thread, node_id
from tests.github_stand_in.world import Account, Installation, Repository

Json = dict[str, Any]


def repository(example: Json, known: Repository, url: str, permissions: Json | None = None) -> Json:
    shown = example | {
        "id": known.id,
        "name": known.name,
        "full_name": known.full_name,
        "private": known.private,
        "archived": known.archived,
        "visibility": "private" if known.private else "public",
        "default_branch": known.default_branch,
        "fork": known.fork_of is not None,
        "html_url": f"{url}/{known.full_name}",
        "clone_url": f"{url}/{known.full_name}.git",
        "owner": known.owner.shown(example["owner"]),
    }
    shown = {key: value for key, value in shown.items() if key in example or key != "visibility"}
    return shown | ({"permissions": permissions} if permissions else {})


def installation(example: Json, known: Installation, app_id: int) -> Json:
    return example | {
        "id": known.id,
        "app_id": app_id,
        "account": known.account.shown(example["account"]),
        "permissions": known.permissions,
        "suspended_at": "2026-01-01T00:00:00Z" if known.suspended else None,
        "suspended_by": None,
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    }


def comment(example: Json, known: Comment) -> Json:
    shown = example | {
        "id": known.id,
        "node_id": node_id("PRRC" if known.path else "IC", known.id),
        "body": known.body,
        "user": known.author.shown(example["user"]),
        "created_at": known.created_at,
        "updated_at": known.changed_at,
    }
    if known.path:
        shown |= _place(known)
        shown.pop("in_reply_to_id", None)
        if known.in_reply_to is not None:
            shown["in_reply_to_id"] = known.in_reply_to
    return shown


def _place(known: Comment) -> Json:
    """Of a comment in a review. One that was told no line is shown with the example's."""
    place: Json = {"path": known.path, "commit_id": known.commit}
    if known.review_id is not None:
        place["pull_request_review_id"] = known.review_id
    if known.original_line is not None or known.subject == "file":
        place |= {
            "line": None if known.outdated else known.line,
            "original_line": known.original_line,
            "start_line": None if known.outdated else known.start_line,
            "original_start_line": known.start_line,
            "side": known.side,
            "start_side": known.start_side,
            "subject_type": known.subject,
        }
    return {key: value for key, value in place.items() if value is not None or "line" in key}


def review_comment_of_review(example: Json, known: Comment) -> Json:
    """The list of one review's comments has an older shape."""
    return comment({k: v for k, v in example.items() if k != "subject_type"}, known)


def reaction(example: Json, number: int, author: Account, content: str) -> Json:
    user = author.shown(example["user"])
    return example | {"id": number, "user": user, "content": content}


def issue(example: Json, known: Thread, repository: Repository, url: str) -> Json:
    api = f"{url}/api/v3/repos/{repository.full_name}"
    page = f"{url}/{repository.full_name}/{'pull' if known.is_pull else 'issues'}/{known.number}"
    shown = example | {
        "id": known.id,
        "node_id": node_id("I", known.id),
        "number": known.number,
        "title": known.title,
        "body": known.body,
        "state": known.state,
        "state_reason": known.state_reason,
        "locked": known.locked,
        "comments": len(known.comments),
        "user": (known.author or repository.owner).shown(example["user"]),
        "labels": [label(name) for name in known.labels],
        "html_url": page,
        "url": f"{api}/issues/{known.number}",
        "created_at": known.created_at,
        "updated_at": known.updated_at,
        "closed_at": known.updated_at if known.state == "closed" else None,
    }
    shown.pop("pull_request", None)
    if known.is_pull:
        pull = f"{api}/pulls/{known.number}"
        patch = {"diff_url": f"{page}.diff", "patch_url": f"{page}.patch"}
        shown["pull_request"] = {"url": pull, "html_url": page, **patch}
    return shown


def label(name: str) -> Json:
    return {
        "id": 1 + sum(name.encode()),
        "node_id": "MDU6TGFiZWw=",
        "url": f"https://api.github.com/labels/{name}",
        "name": name,
        "description": None,
        "color": "ededed",
        "default": False,
    }


def pull(example: Json, known: Thread, repository: Repository, url: str) -> Json:
    """Where no git is, the commits are the example's."""
    shown = example | {
        "id": known.id,
        "node_id": node_id("PR", known.id),
        "number": known.number,
        "title": known.title,
        "body": known.body,
        "state": known.state,
        "locked": known.locked,
        "user": (known.author or repository.owner).shown(example["user"]),
        "labels": [label(name) for name in known.labels],
        "html_url": f"{url}/{repository.full_name}/pull/{known.number}",
        "created_at": known.created_at,
        "updated_at": known.updated_at,
    }
    if known.pull is None:
        return shown
    merged_at = known.updated_at if known.pull.merged else None
    shown |= {
        "draft": known.pull.draft,
        "closed_at": known.updated_at if known.state == "closed" else None,
        "merged_at": merged_at,
        "merge_commit_sha": known.pull.merge_commit,
        "head": _branch(
            example["head"], known.pull.head, known.pull.head_sha, known.pull.source, url
        ),
        "base": _branch(example["base"], known.pull.base, known.pull.base_sha, repository, url),
    }
    return shown | ({"merged": known.pull.merged} if "merged" in example else {})


def _branch(example: Json, ref: str, sha: str, of: Repository | None, url: str) -> Json:
    """A fork that was deleted is null."""
    there = repository(example["repo"], of, url) if of and example["repo"] else None
    owner = of.owner if of else None
    user = owner.shown(example["user"]) if owner and example["user"] else None
    label = f"{owner.login if owner else 'unknown'}:{ref}"
    return example | {"ref": ref, "sha": sha, "label": label, "repo": there, "user": user}


def review(example: Json, known: Review, pull_number: int, repository: Repository) -> Json:
    shown = example | {
        "id": known.id,
        "node_id": known.node_id,
        "user": known.author.shown(example["user"]),
        "body": known.body,
        "state": known.state,
        "commit_id": known.commit,
        "submitted_at": known.submitted_at,
        "html_url": f"{repository.full_name}/pull/{pull_number}#pullrequestreview-{known.id}",
    }
    if known.state == "PENDING":
        shown.pop("submitted_at")
    return shown


def check_run(example: Json, known: CheckRun, app_id: int) -> Json:
    output = example["output"] | {
        "title": known.output.get("title"),
        "summary": known.output.get("summary"),
        "text": known.output.get("text"),
        "annotations_count": len(known.annotations),
    }
    app = example["app"] | {"id": app_id, "slug": known.author}
    return example | {
        "id": known.id,
        "node_id": node_id("CR", known.id),
        "name": known.name,
        "head_sha": known.head_sha,
        "external_id": known.external_id,
        "details_url": known.details_url or example.get("details_url"),
        "status": known.status,
        "conclusion": known.conclusion,
        "started_at": known.started_at,
        "completed_at": known.completed_at,
        "output": output,
        "app": app,
        "check_suite": (example.get("check_suite") or {}) | {"id": known.suite},
        "pull_requests": [],
    }
