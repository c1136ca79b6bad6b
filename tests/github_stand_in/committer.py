"""What people do with git and with pull requests, and the webhooks that follow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.github_stand_in import shown
from tests.github_stand_in.bare import Bare, Files
from tests.github_stand_in.rest.pulls import opened
from tests.github_stand_in.threads import Pull, Thread, now
from tests.github_stand_in.webhooks import Webhooks
from tests.github_stand_in.world import Account, Repository, World


@dataclass
class Committer:
    """Each method changes the stand-in's state and sends what GitHub would send of it; the webhooks
    arrive in their own time (`await webhooks.settled()`)."""

    world: World
    webhooks: Webhooks
    account: Account

    # Git.

    def pushes(
        self, repository: Repository, branch: str, files: Files, message: str = "change"
    ) -> str:
        """Commit on a branch, new or not. Open pull requests of it have a new head."""
        old = repository.bare.resolve(f"refs/heads/{branch}")
        start = repository.bare.resolve(f"refs/heads/{repository.default_branch}")
        parents = [tip] if (tip := old or start) else []
        new = repository.bare.commit(branch, files, message, parents=parents)
        return self._moved(repository, branch, old, new)

    def force_pushes(
        self,
        repository: Repository,
        branch: str,
        files: Files,
        *,
        onto: str,
        message: str = "again",
    ) -> str:
        """Put one commit on another (a name or a commit), in place of what the branch had."""
        old = repository.bare.resolve(f"refs/heads/{branch}")
        parent = repository.bare.resolve(onto)
        assert parent is not None, f"there is no {onto}"
        new = repository.bare.commit(branch, files, message, parents=[parent])
        return self._moved(repository, branch, old, new)

    def resets(self, repository: Repository, branch: str, to: str) -> str:
        """Back to a commit that the branch had before, or to any other."""
        old = repository.bare.resolve(f"refs/heads/{branch}")
        repository.bare.git("update-ref", f"refs/heads/{branch}", to)
        return self._moved(repository, branch, old, to)

    def rebases(self, repository: Repository, number: int) -> str:
        """The commits of a pull request's head are made again on its base of today."""
        pull = self._pull(repository.threads[number])
        source = pull.source or repository
        base = repository.bare.resolve(f"refs/heads/{pull.base}")
        assert base is not None
        tip = base
        source.bare.take(repository.bare.path, base, "refs/ponder/base")
        for commit in reversed(source.bare.between(pull.base_sha, pull.head_sha)):
            files = source.bare.changed(commit)
            message = source.bare.git("show", "-s", "--format=%B", commit)
            tip = source.bare.commit(pull.head, files, message, parents=[tip])
        return self._moved(source, pull.head, pull.head_sha, tip)

    def _moved(self, repository: Repository, branch: str, old: str | None, new: str) -> str:
        ref = f"refs/heads/{branch}"
        self.webhooks.moved(repository, ref, old, new, self.account)
        for whose in self.world.everything():
            for thread in whose.threads.values():
                self._follow(whose, thread, repository, branch, new)
        return new

    def _follow(
        self, whose: Repository, thread: Thread, pushed: Repository, branch: str, new: str
    ) -> None:
        pull = thread.pull
        if pull is None or thread.state != "open":
            return
        if whose is pushed and branch == pull.base:
            pull.base_sha = new
        if pull.source is pushed and branch == pull.head:
            before, pull.head_sha, thread.updated_at = pull.head_sha, new, now()
            whose.bare.take(pushed.bare.path, new, f"refs/pull/{thread.number}/head")
            _outdate(whose, thread)
            commits = {"before": before, "after": new}
            self._tell(whose, "pull_request", thread, "synchronize", **commits)

    # Pull requests.

    def forks(self, repository: Repository) -> Repository:
        """A copy of one's own, where the App is not installed."""
        made = Repository(next(self.world.ids), self.account, repository.name)
        made.fork_of, made.default_branch = repository, repository.default_branch
        made.git = repository.bare.path.parent / f"{self.account.login}-{made.id}.git"
        Bare(made.git).git(
            "init", "--quiet", "--bare", "--template=", f"--initial-branch={made.default_branch}"
        )
        made.bare.take(repository.bare.path, "refs/heads/*", "refs/heads/*")
        self.world.forks.append(made)
        return made

    def opens(
        self,
        repository: Repository,
        head: str,
        *,
        base: str = "",
        title: str = "A change",
        body: str = "",
        draft: bool = False,
        source: Repository | None = None,
    ) -> Thread:
        """A pull request of a branch of the repository, or of `source`, a fork."""
        base = base or repository.default_branch
        whose = source or repository
        head_sha = whose.bare.resolve(f"refs/heads/{head}")
        base_sha = repository.bare.resolve(f"refs/heads/{base}")
        assert head_sha, f"there is no branch {head}; push one first"
        assert base_sha, f"there is no branch {base}"
        if whose is not repository:
            repository.bare.take(whose.bare.path, head_sha, f"refs/pull/{head}/fetched")
        thread = opened(repository, Pull(head, base, whose, head_sha, base_sha, draft))
        thread.title, thread.body, thread.author = title, body, self.account
        self._tell(repository, "pull_request", thread, "opened")
        return thread

    def readies(self, repository: Repository, number: int) -> None:
        self._pull(repository.threads[number]).draft = False
        self._tell(repository, "pull_request", repository.threads[number], "ready_for_review")

    def closes(self, repository: Repository, number: int) -> None:
        """An issue, or a pull request that is not merged."""
        self._set_state(repository, number, "closed", "closed")

    def reopens(self, repository: Repository, number: int) -> None:
        self._set_state(repository, number, "open", "reopened")

    def _set_state(self, repository: Repository, number: int, state: str, action: str) -> None:
        thread = repository.threads[number]
        thread.state, thread.updated_at = state, now()
        self._tell(repository, event_of(thread), thread, action)

    def merges(self, repository: Repository, number: int) -> str:
        """With a merge commit on the base, which is pushed."""
        thread = repository.threads[number]
        pull = self._pull(thread)
        old = repository.bare.resolve(f"refs/heads/{pull.base}")
        assert old is not None
        merge_base = repository.bare.merge_base(old, pull.head_sha) or old
        files = repository.bare.changed(pull.head_sha, merge_base)
        parents = [old, pull.head_sha]
        new = repository.bare.commit(pull.base, files, f"Merge #{number}", parents=parents)
        pull.merged, pull.merge_commit = True, new
        self._set_state(repository, number, "closed", "closed")
        return self._moved(repository, pull.base, old, new)

    def labels(self, repository: Repository, number: int, name: str) -> None:
        thread = repository.threads[number]
        thread.labels.append(name)
        self._tell(repository, event_of(thread), thread, "labeled", label=shown.label(name))

    def unlabels(self, repository: Repository, number: int, name: str) -> None:
        thread = repository.threads[number]
        thread.labels.remove(name)
        self._tell(repository, event_of(thread), thread, "unlabeled", label=shown.label(name))

    def retargets(self, repository: Repository, number: int, base: str) -> None:
        pull = self._pull(repository.threads[number])
        changes = {"base": {"ref": {"from": pull.base}, "sha": {"from": pull.base_sha}}}
        pull.base, found = base, repository.bare.resolve(f"refs/heads/{base}")
        assert found, f"there is no branch {base}"
        pull.base_sha = found
        self._tell(
            repository, "pull_request", repository.threads[number], "edited", changes=changes
        )

    def _tell(
        self, repository: Repository, event: str, thread: Thread, action: str, **more: Any
    ) -> None:
        self.webhooks.happened(repository, event, thread, action, self.account, **more)

    def _pull(self, thread: Thread) -> Pull:
        assert thread.pull is not None, "it has no git; open it with opens()"
        return thread.pull


def seeded(repository: Repository, path: Path, files: Files) -> str:
    """Give a repository a git of its own with one commit on its default branch."""
    repository.git = path
    path.mkdir(parents=True, exist_ok=True)
    repository.bare.git(
        "init", "--quiet", "--bare", "--template=", f"--initial-branch={repository.default_branch}"
    )
    return repository.bare.commit(repository.default_branch, files, "begin")


def event_of(thread: Thread) -> str:
    return "pull_request" if thread.is_pull else "issues"


def _outdate(repository: Repository, thread: Thread) -> None:
    """A comment whose line the new diff does not show any more has lost its place."""
    assert thread.pull is not None
    found = repository.bare.diff(thread.pull.base_sha, thread.pull.head_sha)
    for comment in thread.reviews:
        if comment.original_line is not None and not comment.outdated:
            before = repository.bare.read(f"{comment.commit}:{comment.path}") or b""
            after = repository.bare.read(f"{thread.pull.head_sha}:{comment.path}") or b""
            comment.line = _same_line(before, after, comment.line or comment.original_line)
            hunks = found.get(comment.path)
            comment.outdated = (
                hunks is None
                or comment.line is None
                or comment.line not in hunks.side(comment.side)
            )


def _same_line(before: bytes, after: bytes, line: int) -> int | None:
    """Where a line went: the nearest equal one, None if there is none."""
    old, new = before.splitlines(), after.splitlines()
    if line > len(old):
        return None
    equal = [n for n, text in enumerate(new, 1) if text == old[line - 1]]
    return min(equal, key=lambda n: abs(n - line), default=None)
