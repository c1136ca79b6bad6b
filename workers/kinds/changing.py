"""Work on pull requests: theirs are reviewed, ours are drafted."""

from __future__ import annotations

from functools import partial

from core.db.work import Work
from workers.context import Context
from workers.drafts.advance import advance
from workers.drafts.dashboard import refresh
from workers.drafts.tend import tend
from workers.kinds.base import built, repository_of
from workers.review.button import button
from workers.review.review import review_claimed


async def review_work(context: Context, claimed: Work) -> list[Work]:
    repository = await repository_of(context, claimed, claimed.subject["repository_id"])
    return await review_claimed(context, claimed, repository, partial(built, context))


async def button_work(context: Context, claimed: Work) -> list[Work]:
    repository = await repository_of(context, claimed, claimed.subject["repository_id"])
    return await button(context, repository, claimed)


async def draft_work(context: Context, claimed: Work) -> list[Work]:
    return await advance(context, claimed, partial(built, context))


async def tend_work(context: Context, claimed: Work) -> list[Work]:
    repository = await repository_of(context, claimed, claimed.subject["repository_id"])
    return await tend(context, repository, partial(built, context))


async def dashboard_work(context: Context, claimed: Work) -> list[Work]:
    repository = await repository_of(context, claimed, claimed.subject["repository_id"])
    return await refresh(context.database, repository, context.settings.public_url)
