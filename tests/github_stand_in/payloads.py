"""Payloads of webhooks: GitHub's published examples, about what the stand-in knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.github_stand_in import shown
from tests.github_stand_in.description import description
from tests.github_stand_in.threads import CheckRun, Comment, Review, Thread
from tests.github_stand_in.world import Account, Installation, Repository, World

Json = dict[str, Any]
NOWHERE = "0" * 40


@dataclass
class Payloads:
    world: World
    violations: list[str]
    url: str = ""

    def account(self, login: str) -> Account:
        return self.world.account(login, "Bot" if login.endswith("[bot]") else "User")

    def wrong(self, event: str, payload: Json) -> list[str]:
        return description().wrong_payload(event, payload)

    def commented(
        self,
        repository: Repository,
        thread: Thread,
        kind: str,
        comment: Comment,
        action: str = "created",
        sender: Account | None = None,
    ) -> Json:
        """`sender` is the author unless another is named, who edits or deletes it."""
        event = "issue_comment" if kind == "issues" else "pull_request_review_comment"
        payload = self.of(repository, event, action, sender or comment.author)
        payload["comment"] = shown.comment(payload["comment"], comment)
        if kind == "pulls":
            payload["pull_request"] = self._pull(payload["pull_request"], thread, repository)
        else:
            payload["issue"] = shown.issue(payload["issue"], thread, repository, self.url)
        return payload

    def of_issue(self, repository: Repository, thread: Thread, action: str, by: Account) -> Json:
        payload = self.of(repository, "issues", action, by)
        payload["issue"] = shown.issue(payload["issue"], thread, repository, self.url)
        return payload

    def pulled(
        self, repository: Repository, thread: Thread, action: str, by: Account | None = None
    ) -> Json:
        payload = self.of(repository, "pull_request", action, by or repository.owner)
        payload["number"] = thread.number
        payload["pull_request"] = self._pull(payload["pull_request"], thread, repository)
        return payload

    def of_review(
        self, repository: Repository, thread: Thread, review: Review, action: str = "submitted"
    ) -> Json:
        payload = self.of(repository, "pull_request_review", action, review.author)
        payload["pull_request"] = self._pull(payload["pull_request"], thread, repository)
        row = shown.review(payload["review"], review, thread.number, repository)
        payload["review"] = row | {"state": review.state.lower()}
        return payload

    def of_thread(
        self, repository: Repository, thread: Thread, root: Comment, action: str, by: Account
    ) -> Json:
        """A thread of a review was resolved, or opened again."""
        payload = self.of(repository, "pull_request_review_thread", action, by)
        payload["pull_request"] = self._pull(payload["pull_request"], thread, repository)
        said = [c for c in thread.reviews if c is root or c.in_reply_to == root.id]
        example = payload["thread"]["comments"][0]
        rows = [shown.comment(example, comment) for comment in said]
        payload["thread"] = {"node_id": root.thread_id, "comments": rows}
        return payload

    def of_check_run(
        self, repository: Repository, run: CheckRun, action: str, by: Account, pressed: str = ""
    ) -> Json:
        payload = self.of(repository, "check_run", action, by)
        payload["check_run"] = shown.check_run(payload["check_run"], run, self.world.app_id)
        suite = payload["check_run"]["check_suite"] | {"head_sha": run.head_sha}
        payload["check_run"]["check_suite"] = suite
        if pressed:
            payload["requested_action"] = {"identifier": pressed}
        return payload

    def of_check_suite(self, repository: Repository, sha: str, action: str, by: Account) -> Json:
        payload = self.of(repository, "check_suite", action, by)
        app = payload["check_suite"]["app"] | {"id": self.world.app_id, "slug": self.world.slug}
        suite = {"head_sha": sha, "app": app, "pull_requests": [], "id": 1 + int(sha[:7], 16)}
        payload["check_suite"] |= suite
        return payload

    def pushed(
        self,
        repository: Repository,
        ref: str = "refs/heads/main",
        *,
        before: str | None = None,
        after: str | None = None,
    ) -> Json:
        """None before: a new ref; None after: it is gone; neither: the example's commits."""
        payload = self.of(repository, "push") | {"ref": ref, "deleted": False}
        if before is None and after is None:
            return payload
        gone = {"created": before is None, "deleted": after is None, "forced": False}
        payload |= gone | {"before": before or NOWHERE, "after": after or NOWHERE}
        if after is None:
            payload |= {"head_commit": None, "commits": []}
        elif payload["head_commit"]:
            payload["head_commit"]["id"] = after
        return payload

    def installed(self, installation: Installation, action: str = "created") -> Json:
        payload = description().payload("installation", action)
        payload["installation"] = self._installation(payload["installation"], installation)
        if action == "created":
            payload["repositories"] = [_brief(row) for row in installation.repositories]
        return payload

    def renamed(self, installation: Installation, login: str) -> Json:
        """An account, which is an organization or a person."""
        payload = description().payload("installation_target", "renamed")
        payload["installation"] = {"id": installation.id, "node_id": "MDIzOkludGVncmF0aW9u"}
        payload["changes"] = {"login": {"from": installation.account.login}}
        payload["account"] = installation.account.shown(payload["account"]) | {"login": login}
        return payload

    def selected(
        self, installation: Installation, action: str, repositories: list[Repository]
    ) -> Json:
        payload = description().payload("installation_repositories", action)
        payload["installation"] = self._installation(payload["installation"], installation)
        payload["repositories_added"] = payload["repositories_removed"] = []
        return payload | {f"repositories_{action}": [_brief(row) for row in repositories]}

    def of(
        self,
        repository: Repository,
        event: str,
        action: str | None = None,
        sender: Account | None = None,
    ) -> Json:
        """The example of an event, about a repository."""
        payload = description().payload(event, action)
        installation = self.world.installation_of(repository)
        payload["installation"] = {"id": installation.id, "node_id": "MDIzOkludGVncmF0aW9u"}
        payload["repository"] = shown.repository(payload["repository"], repository, self.url)
        if sender:
            payload["sender"] = sender.shown(payload["sender"])
        return payload

    def _pull(self, example: Json, thread: Thread, repository: Repository) -> Json:
        return shown.pull(example, thread, repository, self.url)

    def _installation(self, example: Json, known: Installation) -> Json:
        return shown.installation(example, known, self.world.app_id)


def _brief(repository: Repository) -> Json:
    return {
        "id": repository.id,
        "node_id": "MDEwOlJlcG9zaXRvcnk=",
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.private,
    }
