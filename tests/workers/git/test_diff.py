"""What GitHub shows of a pull request's diff."""

from __future__ import annotations

from pathlib import Path

from tests.checkout import Checkout
from workers import git

LINES = [f"line {number}\n" for number in range(1, 41)]


def test_lines_around_each_change_are_shown_by_hunks_also_of_what_moved(tmp_path: Path) -> None:
    made = Checkout(tmp_path)
    made.write("a.txt", "".join(LINES))
    made.write("gone.txt", "x\n")
    made.write('odd "name" é.txt', "other\n" * 9)
    base = made.commit()
    changed = ["new\n" if n in (4, 29) else line for n, line in enumerate(LINES)]
    made.git("mv", "a.txt", "b.txt")
    made.git("mv", 'odd "name" é.txt', "same.txt")
    made.git("rm", "--quiet", "gone.txt")
    made.write("b.txt", "".join(changed))
    made.write("c.txt", "1\n2\n")
    head = made.commit()

    shown = git.shown(tmp_path / ".git", base, head)

    assert set(shown) == {"b.txt", "c.txt", "same.txt"}
    assert (shown["b.txt"].before, shown["b.txt"].hunks) == ("a.txt", ((2, 8), (27, 33)))
    assert (shown["c.txt"].before, shown["c.txt"].hunks) == ("", ((1, 2),))
    assert (shown["same.txt"].before, shown["same.txt"].hunks) == ('odd "name" é.txt', ())
    assert [shown["b.txt"].hunk(line) for line in (1, 2, 8, 9, 30)] == [None, 0, 0, None, 1]
