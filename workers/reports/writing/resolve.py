"""Resolving a thread that Ponder's own comment began, or opening it again.

target: {"number", "comment_id": the thread's first comment}
content: {"resolved": bool}

Only GraphQL can do it, and it needs a permission that nobody would expect: the writing of contents.
"""

from __future__ import annotations

from core.db.intents import Intent
from core.github import NotFound, Refused
from workers.reports.writing.base import Found, Made, Pen, Row

_THREADS = """
query ($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id isResolved comments(first: 1) { nodes { databaseId viewerDidAuthor } } }
      }
    }
  }
}
"""
_RESOLVE = """
mutation ($thread: ID!) {
  resolveReviewThread(input: {threadId: $thread}) { thread { id isResolved } }
}
"""
_OPEN = """
mutation ($thread: ID!) {
  unresolveReviewThread(input: {threadId: $thread}) { thread { id isResolved } }
}
"""


def permissions(intent: Intent) -> dict[str, str]:
    return {"pull_requests": "write", "contents": "write"}


async def write(pen: Pen, intent: Intent) -> Made:
    """A thread that is as it should be already is left alone."""
    thread, resolved = await _thread(pen, intent), intent.content["resolved"]
    if thread["isResolved"] != resolved:
        mutation = _RESOLVE if resolved else _OPEN
        await pen.mutate(mutation, {"thread": thread["id"]}, "resolve a review thread")
    return Made(intent.target["comment_id"], thread["id"])


change = write


async def find(pen: Pen, intent: Intent) -> Found | None:
    return None


async def _thread(pen: Pen, intent: Intent) -> Row:
    """Raise Refused for a thread that another began."""
    wanted, after = intent.target["comment_id"], None
    owner, _, name = pen.acting.base.removeprefix("/repos/").partition("/")
    variables = {"owner": owner, "name": name, "number": intent.target["number"]}
    while True:
        found = await pen.ask(_THREADS, variables | {"after": after}, "list review threads")
        threads = found["repository"]["pullRequest"]["reviewThreads"]
        for thread in threads["nodes"]:
            first = thread["comments"]["nodes"][:1]
            if first and first[0]["databaseId"] == wanted:
                return _own(thread, ours=first[0]["viewerDidAuthor"])
        if not threads["pageInfo"]["hasNextPage"]:
            raise NotFound("the review thread is gone")
        after = threads["pageInfo"]["endCursor"]


def _own(thread: Row, *, ours: bool) -> Row:
    if not ours:
        raise Refused("this thread was begun by somebody else, and is theirs to resolve")
    return thread
