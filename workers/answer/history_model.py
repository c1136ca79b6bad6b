"""An answer about change that a model writes: commits are its evidence, checked as code is."""

from __future__ import annotations

from functools import partial

from core.errors import TryLater, UserError
from core.redact import redact
from workers.answer.history_item import Past, Seen
from workers.answer.telling import Telling, Told
from workers.model import Endpoint

LONGEST_MESSAGE = 1_500
LONGEST_HUNK = 1_200
"""Characters of what a commit says and of what it changed."""


async def written(telling: Telling, endpoint: Endpoint, past: Past, extractive: Told) -> Told:
    """The model's answer; the extractive one where it has nothing that could be checked, with what
    the attempt cost."""
    cited, dialogue = telling.dialogue(endpoint)
    commits = telling.of_commits(cited.cited)
    for seen in past.told.values():
        name = f"commit {seen.commit.sha[:9]}"
        mark = partial(commits.mark, seen.commit, seen.hunk, seen.head)
        dialogue.evidence.add_commit(name, shown(seen), mark)
    why = "the model's reply had nothing that could be checked against the commits"
    try:
        outcome = await dialogue.run(())
    except (TryLater, UserError) as error:
        outcome, why = dialogue.outcome, str(error).rstrip(".")
    failed = cited.failed + commits.failed
    if not outcome.text:
        extractive.notices = [f"Made without a model: {why[:1].lower()}{why[1:]}."]
        return telling.counted(extractive, outcome, failed)
    told = Told(outcome.text, cited.cited, passed=cited.passed + commits.passed)
    told.notices = [outcome.cut] if outcome.cut else []
    told.model = endpoint.chat_model
    return telling.counted(told, outcome, failed)


def shown(seen: Seen) -> str:
    """What a model reads of a commit. Secrets are masked before anything is cut: a part of one
    would not be known."""
    commit, hunk = seen.commit, seen.hunk
    path = hunk.path or hunk.old_path
    return "\n".join(
        (
            f"Commit {commit.sha[:9]} by {redact(commit.author)} on {commit.committed_at:%Y-%m-%d}",
            redact(commit.message)[:LONGEST_MESSAGE],
            f"Changed in {path}, {hunk.added} lines came and {hunk.deleted} went:",
            redact(hunk.text)[:LONGEST_HUNK],
        )
    )
