"""What each of GitHub's events leads to: a module an event, and this table of them."""

from collections.abc import Callable

from bot.decision import Decision
from bot.events import (
    check_run,
    check_suite,
    github_app_authorization,
    installation,
    installation_repositories,
    installation_target,
    issue_comment,
    issues,
    ping,
    pull_request,
    pull_request_review,
    pull_request_review_comment,
    pull_request_review_thread,
    push,
    repository,
    status,
    workflow_run,
)
from bot.payload import Payload

Decide = Callable[[Payload, str], Decision]
"""Of the payload and the App's slug. Pure; raises Malformed."""

EVENTS: dict[str, Decide] = {
    "check_run": check_run.decide,
    "check_suite": check_suite.decide,
    "github_app_authorization": github_app_authorization.decide,
    "installation": installation.decide,
    "installation_repositories": installation_repositories.decide,
    "installation_target": installation_target.decide,
    "issue_comment": issue_comment.decide,
    "issues": issues.decide,
    "ping": ping.decide,
    "pull_request": pull_request.decide,
    "pull_request_review": pull_request_review.decide,
    "pull_request_review_comment": pull_request_review_comment.decide,
    "pull_request_review_thread": pull_request_review_thread.decide,
    "push": push.decide,
    "repository": repository.decide,
    "status": status.decide,
    "workflow_run": workflow_run.decide,
}
