"""What people say, press and set on GitHub's pages, and the webhooks that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.github_stand_in.committer import Committer, event_of
from tests.github_stand_in.rest.lines import Place, placed
from tests.github_stand_in.threads import CheckRun, Comment, Review, Thread, now
from tests.github_stand_in.world import Installation, Repository


@dataclass
class Person(Committer):
    """Somebody who does things; see also Committer."""

    # Issues, comments, reactions, threads.

    def opens_issue(self, repository: Repository, title: str, body: str = "") -> Thread:
        thread = repository.thread(repository.next_number())
        thread.title, thread.body, thread.author = title, body, self.account
        self._tell(repository, "issues", thread, "opened")
        return thread

    def edits(self, repository: Repository, number: int, body: str) -> None:
        """The text of an issue or a pull request: ticks a box in it, say."""
        thread = repository.threads[number]
        changes = {"body": {"from": thread.body}}
        thread.body, thread.updated_at = body, now()
        self._tell(repository, event_of(thread), thread, "edited", changes=changes)

    def says(self, repository: Repository, number: int, body: str) -> Comment:
        made = Comment(next(self.world.ids), body, self.account)
        thread = repository.thread(number)
        thread.comments.append(made)
        self.webhooks.written(repository, thread, "issues", made)
        return made

    def remarks(
        self, repository: Repository, number: int, body: str, *, path: str, line: int, **place: Any
    ) -> Comment:
        """Beside a line of the diff, which begins a thread."""
        thread = repository.threads[number]
        made = Comment(next(self.world.ids), body, self.account)
        placed(repository, thread, made, Place.of({"path": path, "line": line, **place}))
        return self._said(repository, thread, made)

    def replies(self, repository: Repository, number: int, root: Comment, body: str) -> Comment:
        """In the thread of a review that `root` began."""
        thread = repository.threads[number]
        made = Comment(next(self.world.ids), body, self.account, in_reply_to=root.id)
        made.path, made.commit, made.line = root.path, root.commit, root.line
        made.original_line, made.side = root.original_line, root.side
        return self._said(repository, thread, made)

    def reviews(self, repository: Repository, number: int, body: str) -> Review:
        """As a whole, with a text and no remarks."""
        thread = repository.threads[number]
        commit = thread.pull.head_sha if thread.pull else "a" * 40
        made = Review(next(self.world.ids), self.account, body, "COMMENTED", commit)
        thread.submitted.append(made)
        self.webhooks.reviewed(repository, thread, made)
        return made

    def _said(self, repository: Repository, thread: Thread, made: Comment) -> Comment:
        thread.reviews.append(made)
        self.webhooks.written(repository, thread, "pulls", made)
        return made

    def rewrites(self, repository: Repository, comment: Comment, body: str) -> None:
        kind, thread = _where(repository, comment)
        before = comment.body
        comment.edit(body)
        self.webhooks.written(
            repository, thread, kind, comment, "edited", before=before, sender=self.account
        )

    def deletes(self, repository: Repository, comment: Comment) -> None:
        """One's own, or with write access anybody's."""
        kind, thread = _where(repository, comment)
        thread.kept(kind).remove(comment)
        self.webhooks.written(repository, thread, kind, comment, "deleted", sender=self.account)

    def reacts(self, comment: Comment | Thread, content: str) -> None:
        """GitHub sends nothing about reactions."""
        comment.reactions.append((self.account.login, content))

    def resolves(self, repository: Repository, root: Comment, *, undo: bool = False) -> None:
        _, thread = _where(repository, root)
        root.resolved_by = None if undo else self.account
        action = "unresolved" if undo else "resolved"
        payload = self.webhooks.of_thread(repository, thread, root, action, self.account)
        self.webhooks.emit("pull_request_review_thread", payload)

    # Checks.

    def presses(self, repository: Repository, run: CheckRun, identifier: str) -> None:
        """A button of a check run, which is there once the run is completed."""
        assert run.status == "completed", "buttons show after completion only"
        assert identifier in {action["identifier"] for action in run.actions}, "no such button"
        payload = self.webhooks.of_check_run(
            repository, run, "requested_action", self.account, identifier
        )
        self.webhooks.emit("check_run", payload)

    def reruns(self, repository: Repository, run: CheckRun) -> None:
        self.webhooks.checked(repository, run, "rerequested", self.account)

    def reruns_all(self, repository: Repository, sha: str) -> None:
        payload = self.webhooks.of_check_suite(repository, sha, "rerequested", self.account)
        self.webhooks.emit("check_suite", payload)

    # Settings.

    def renames(self, repository: Repository, name: str) -> None:
        """The old name leads to the new one until another repository takes it."""
        self.world.moved[repository.full_name.lower()] = repository
        changes = {"repository": {"name": {"from": repository.name}}}
        repository.name = name
        self._of_repository(repository, "renamed", changes=changes)

    def transfers(self, repository: Repository, to: Installation) -> None:
        """To another account that has the App."""
        self.world.moved[repository.full_name.lower()] = repository
        self.world.installation_of(repository).repositories.remove(repository)
        to.repositories.append(repository)
        owner = repository.owner.shown(self._payload(repository, "transferred")["sender"])
        repository.owner = to.account
        self._of_repository(repository, "transferred", changes={"owner": {"from": {"user": owner}}})

    def archives(self, repository: Repository, *, undo: bool = False) -> None:
        repository.archived = not undo
        self._of_repository(repository, "unarchived" if undo else "archived")

    def hides(self, repository: Repository, *, undo: bool = False) -> None:
        """Make it private, or public."""
        repository.private = not undo
        self._of_repository(repository, "publicized" if undo else "privatized")

    def removes(self, repository: Repository) -> None:
        """The repository itself."""
        payload = self._payload(repository, "deleted")
        self.world.installation_of(repository).repositories.remove(repository)
        self.webhooks.emit("repository", payload)

    def suspends(self, installation: Installation, *, undo: bool = False) -> None:
        installation.suspended = not undo
        action = "unsuspend" if undo else "suspend"
        self.webhooks.emit("installation", self.webhooks.installed(installation, action))

    def renames_account(self, installation: Installation, login: str) -> None:
        """Its repositories have other names then."""
        payload = self.webhooks.renamed(installation, login)
        installation.account.login = login
        self.webhooks.emit("installation_target", payload)

    def uninstalls(self, installation: Installation) -> None:
        payload = self.webhooks.installed(installation, "deleted")
        self.world.revoke(installation)
        del self.world.installations[installation.id]
        self.webhooks.emit("installation", payload)

    def _payload(self, repository: Repository, action: str) -> dict[str, Any]:
        return self.webhooks.of(repository, "repository", action, self.account)

    def _of_repository(self, repository: Repository, action: str, **more: Any) -> None:
        self.webhooks.emit("repository", self._payload(repository, action) | more)


def _where(repository: Repository, comment: Comment) -> tuple[str, Thread]:
    for kind in ("issues", "pulls"):
        if found := repository.comment(kind, comment.id):
            return kind, found[0]
    raise LookupError(f"{repository.full_name} has no comment {comment.id}")
