"""What is known beside the past moves scores, and says so."""

from __future__ import annotations

from core.db.risks import Risk
from core.db.symbol_graph import Definition
from workers.risk.complexities import Measured
from workers.risk.reach import Reach
from workers.risk.weigh import Beside, placed, weigh


def of_file(path: str, beside: Beside) -> Risk:
    """One of three files that are alike."""
    outlines = {
        f"{name}.py": [Definition("", 1, 0, "f", "f", "function", 1, 3, "def f()", "")]
        for name in "abc"
    }
    measured = {path: Measured(3, None) for path in outlines}
    reach = Reach(users_in_tests={"a.py": ("test_a.py",)})
    files, functions = weigh(placed(outlines, measured, {}, reach, beside), {}, "0" * 40)
    assert {each.symbol for each in functions.risks} == {"f"}
    (found,) = [each for each in files.risks if each.path == path]
    return found


def test_what_tests_do_not_run_is_riskier() -> None:
    beside = Beside(covered={"a.py": 0.1, "b.py": 0.9})
    assert of_file("a.py", beside).score > of_file("b.py", beside).score
    assert "tests run 10 % of its lines" in of_file("a.py", beside).reasons


def test_what_failing_tests_use_is_riskier() -> None:
    beside = Beside(failures={"test_a.py": 2})
    assert of_file("a.py", beside).score > of_file("b.py", beside).score
    assert "its tests failed twice lately" in of_file("a.py", beside).reasons


def test_what_broke_continuous_integration_is_riskier() -> None:
    beside = Beside(broken={"a.py": 2})
    assert of_file("a.py", beside).score > of_file("b.py", beside).score
    assert (
        "continuous integration failed twice after a change of it"
        in of_file("a.py", beside).reasons
    )


def test_what_is_not_known_is_not_said() -> None:
    found = of_file("c.py", Beside())
    assert found.reasons == [
        "nothing stands out: not changed in the history that is known, 3 lines"
    ]
    assert "covered" not in found.measures
