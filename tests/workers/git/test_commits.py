"""What git is asked about commits, however files are called and whatever they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checkout import Checkout
from workers.git import CommitLines, Span, first_release, hunks, of_lines, of_paths, of_text, saying
from workers.git.run import GitFailed, git_within

NAMES = ["a b.py", "ta\tb.py", "line\nbreak.py", 'quo"te.py', "-dash.py", ":(glob)*.py", "ü.py"]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "shop")


def git_dir(checkout: Checkout) -> Path:
    return checkout.path / ".git"


@pytest.mark.parametrize("name", NAMES)
def test_a_path_is_taken_as_it_is(checkout: Checkout, name: str) -> None:
    checkout.write("other.py")
    checkout.commit("other")
    checkout.write(name, "def f():\n    return 1\n")
    head = checkout.commit("named")
    found = of_paths(git_dir(checkout), Span(head), [name], 5)
    assert [commit.subject for commit in found.commits] == ["named"]
    (hunk,) = hunks(git_dir(checkout), head, [name])
    assert (hunk.path, hunk.start, hunk.added, hunk.deleted) == (name, 1, 2, 0)


def test_a_path_that_is_no_text_is_found_again(checkout: Checkout) -> None:
    checkout.write(b"\xff.py", "x = 1\n")
    head = checkout.commit()
    (hunk,) = hunks(git_dir(checkout), head)
    assert hunk.path == "\\xff.py"
    assert of_paths(git_dir(checkout), Span(head), [hunk.path], 1).commits


def test_a_hunk_names_the_definition_and_both_sides(checkout: Checkout) -> None:
    body = "".join(f"    line_{n} = {n}\n" for n in range(9))
    checkout.write("a.py", f"class A:\n  def f(self):\n{body}")
    checkout.commit()
    checkout.git("mv", "a.py", "b.py")
    changed = body.replace("line_5 = 5\n", "line_5 = 55\n    more = 1\n")
    checkout.write("b.py", f"class A:\n  def f(self):\n{changed}")
    (hunk,) = hunks(git_dir(checkout), checkout.commit())
    assert (hunk.old_path, hunk.old_start, hunk.deleted) == ("a.py", 8, 1)
    assert (hunk.path, hunk.start, hunk.added) == ("b.py", 8, 2)
    assert hunk.within == "def f(self):"
    assert "+    more = 1" in hunk.text


def test_lines_are_followed_to_where_they_came_from(checkout: Checkout) -> None:
    checkout.write("a.py", "def f():\n    return 1\n")
    checkout.commit("one", at=1_700_000_000)
    checkout.write("a.py", "import os\n\n\ndef f():\n    return 1\n")
    checkout.commit("import", at=1_700_000_100)
    checkout.write("a.py", "import os\n\n\ndef f():\n    return 2\n")
    head = checkout.commit("two", at=1_700_000_200)
    found = of_lines(git_dir(checkout), Span(head), CommitLines("a.py", 4, 5), 9)
    assert [commit.subject for commit in found.commits] == ["two", "one"]
    added = of_text(git_dir(checkout), Span(head), "import os", 9)
    assert [commit.subject for commit in added.commits] == ["import"]


def test_messages_are_searched_by_words(checkout: Checkout) -> None:
    head = checkout.commit("Drop Python 2\n\nIt is over.")
    assert saying(git_dir(checkout), Span(head), ["pyth", "2"], 9).commits
    assert not saying(git_dir(checkout), Span(head), ["pyth", "3"], 9).commits
    assert not saying(git_dir(checkout), Span(head), ["(["], 9).commits


def test_the_first_tag_with_a_commit_is_a_final_one(checkout: Checkout) -> None:
    sha = checkout.commit()
    assert first_release(git_dir(checkout), sha) is None
    checkout.git("tag", "v1.0rc1")
    checkout.git("tag", "v1.0")
    found = first_release(git_dir(checkout), sha)
    assert found is not None
    assert found.name == "v1.0"


def test_what_takes_too_long_is_cut_and_said_to_be(checkout: Checkout) -> None:
    checkout.commit()
    slow = "alias.slow=!echo first; sleep 60"
    said, whole = git_within(0.5, "-c", slow, "slow", mirror=git_dir(checkout))
    assert not whole
    assert b"first\n".startswith(said)
    with pytest.raises(GitFailed, match="bad revision"):
        git_within(9.0, "log", "nowhere", "--", mirror=git_dir(checkout))
