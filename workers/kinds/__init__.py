"""The kinds of work, a few lines each: what a claimed row asks for, handed to who does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from core.db.work import Work
from workers.context import Context
from workers.kinds import asking, changing, indexing, talking

KINDS: dict[str, Callable[[Context, Work], Awaitable[list[Work]]]] = {
    "index": indexing.index_work,
    "embed": indexing.embed_work,
    "answer": asking.answer_work,
    "search": asking.search_work,
    "facts": asking.facts_work,
    "post": talking.post_work,
    "command": talking.command_work,
    "configuration": talking.configuration_work,
    "installation": talking.installation_work,
    "forget": indexing.forget_work,
    "head": indexing.head_work,
    "purge": indexing.purge_work,
    "review": changing.review_work,
    "button": changing.button_work,
    "reactions": talking.reactions_work,
    "verdict": talking.verdict_work,
    "merged": talking.merged_work,
    "draft": changing.draft_work,
    "tend": changing.tend_work,
    "dashboard": changing.dashboard_work,
}
"""Each returns the work that follows from it: committed, and woken once this work is settled."""
