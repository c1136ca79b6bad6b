"""What is asked below a finding may be about it alone."""

from __future__ import annotations

import pytest

from bot import replies
from bot.commands import Command


@pytest.mark.parametrize(
    ("command", "points"),
    [
        (Command("explain", ""), True),
        (Command("ask", "why is this wrong?"), True),
        (Command("ask", "What's the problem here?"), True),
        (Command("ask", "how do I fix it?"), True),
        (Command("ask", "why does `total` round?"), False),
        (Command("explain", "shop/cart.py"), False),
        (Command("ask", "…"), False),
    ],
)
def test_a_question_that_names_nothing_points_at_what_it_is_said_below(
    command: Command, points: bool
) -> None:
    assert replies.points_at(command) is points
