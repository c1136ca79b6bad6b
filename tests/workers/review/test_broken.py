"""What is said of tests that were run."""

from __future__ import annotations

from pathlib import Path

from workers.review.broken import judged, said
from workers.review.trying import Failing, Tried
from workers.runners.base import Ended, Frame


def failing(name: str, message: str = "assert 1 == 2") -> Failing:
    frames = (Frame("test_x.py", 3, "test_b"),)
    test = Ended(name, "failed", kinds=("builtins.AssertionError",), message=message, frames=frames)
    return Failing(test, "broken", held=True, ran=None)


def test_what_ran_is_counted_by_what_became_of_it() -> None:
    assert said({}) == "No test leads to what it changes."
    assert said({"python": Tried(ran=12, passed=12)}) == "The 12 nearest tests ran, and pass."
    assert said({"python": Tried(ran=1, both=1)}) == (
        "The nearest test ran, and fails without it, too."
    )
    told = Tried(ran=12, passed=10, failing=(failing("test_x.py::test_b"),), both=1, cut=True)
    assert said({"python": told}) == (
        "Of the 12 nearest tests that ran, 10 pass; 1 fails because of this change; 1 fails "
        "without it, too. There was no time for more."
    )
    assert said({"python": Tried(absent=("numpy",))}) == (
        "None of the nearest tests could be run. Not installed: numpy."
    )
    assert "for other packages" in said({"python": told}, "other packages")


def test_tests_with_one_cause_are_told_once(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("import x\n\ndef test_b():\n    assert x.b() == 2\n")
    both = failing("test_x.py::test_b[a`b]"), failing("test_x.py::test_b[1]")
    (claim,) = judged(tmp_path, {"python": Tried(2, 0, both)}, {}).claims
    assert (claim.path, claim.start_line, claim.severity) == ("test_x.py", 3, "medium")
    assert claim.message == (
        "`test_x.py::test_b[1]` passed before this change, and fails now: "
        "AssertionError: assert 1 == 2. So does 1 other test."
    )
    assert "- `test_x.py::test_b[a'b]`" in claim.explanation
