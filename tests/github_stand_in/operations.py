"""Each operation of the REST API that the stand-in has, under the rules that GitHub has for it."""

from tests.github_stand_in.rest import (
    accounts,
    apps,
    checks,
    comments,
    git_objects,
    issues,
    pulls,
    reviews,
)
from tests.github_stand_in.rest.call import Table

OPERATIONS: Table = {
    **apps.TABLE,
    **accounts.TABLE,
    **comments.TABLE,
    **issues.TABLE,
    **pulls.TABLE,
    **reviews.TABLE,
    **checks.TABLE,
    **git_objects.TABLE,
}
