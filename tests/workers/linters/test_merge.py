"""From reports to smells: one for a cause, few of a kind, nothing that somebody decided about."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.linters.base import Edit, Report, Rule, Source
from workers.linters.merge import (
    FOREIGN,
    HABIT,
    MOST_OF_HABIT,
    MOST_OF_RULE,
    MOST_READ,
    Smell,
    merged,
)
from workers.linters.patch import added_lines, mended
from workers.linters.places import is_ours, quiet

NAME = Rule("dead-check", "high")
UNDEFINED = Rule("undefined-name", "high")
SECURITY = Rule("injection", "high", security=True)


def source(path: str = "a.py", text: str = "", where: str = "") -> Source:
    return Source(path, "python", text or "\n" * 300, where)


def report(line: int = 1, *, path: str = "a.py", means: Rule = NAME, tool: str = "ruff") -> Report:
    return Report(tool, "F631", path, line, line, "Undefined name.", means)


def smells(
    *reports: Report, sources: tuple[Source, ...] = (source(),), **others: object
) -> list[Smell]:
    known = {each.path: each for each in sources}
    given: dict[str, object] = {"standing": {}, "added": {}} | others
    return merged(reports, known, **given)  # type: ignore[arg-type]


def test_reports_of_one_kind_at_one_place_are_one_smell_that_names_all_tools() -> None:
    weak = report(3, tool="mypy", means=replace(NAME, severity="critical"))
    (smell,) = smells(weak, report(3))
    assert [each.tool for each in smell.reports] == ["ruff", "mypy"]
    assert smell.evidence == "proven"
    assert len(smells(report(3), report(3, means=SECURITY))) == 2


def test_a_rule_that_finds_much_in_a_file_is_told_a_few_times() -> None:
    found = smells(*(report(line) for line in range(1, 8)))
    assert len(found) == MOST_OF_RULE
    assert found[-1].more == 4


def test_a_name_that_is_missing_has_one_cause_in_a_file_and_in_many_files() -> None:
    once, other = smells(
        *(report(line, means=UNDEFINED) for line in (3, 5, 9)),
        replace(report(7, means=UNDEFINED), message="Undefined name `b`."),
    )
    assert [(each.start_line, each.more) for each in (once, other)] == [(3, 2), (7, 0)]
    sources = (
        source("tests/a.py", where="tests"),
        *(source(f"{each}.py", f"{each}") for each in range(3)),
    )
    (first,) = smells(
        *(report(path=each.path, means=UNDEFINED) for each in sources), sources=sources
    )
    assert (first.path, first.also) == ("0.py", ("1.py", "2.py", "tests/a.py"))
    assert (
        len(smells(*(report(path=f"{n}.py", means=UNDEFINED) for n in range(3)), sources=sources))
        == 3
    )


def test_a_name_that_two_files_miss_is_perhaps_given_to_both() -> None:
    text = "def f():\n    g()\n    name()\n"
    sources = (source("a.py", text), source("b.py", text + "\n"))
    missing = [
        Report("ruff", "F821", each.path, 3, 3, "Undefined name `name`", UNDEFINED)
        for each in sources
    ]
    assert [each.evidence for each in smells(missing[0], sources=sources)] == ["proven"]
    assert [each.evidence for each in smells(*missing, sources=sources)] == ["suspected"] * 2


def test_copies_of_a_file_have_what_is_in_them_once() -> None:
    sources = (source("a.py"), source("old/a.py"), source("b.py", "x\n"))
    first, other = smells(*(report(path=each.path) for each in sources), sources=sources)
    assert [(each.path, each.also) for each in (first, other)] == [
        ("a.py", ("old/a.py",)),
        ("b.py", ()),
    ]


def test_a_file_that_is_full_of_problems_is_read_in_no_time() -> None:
    text = "x = y  # noqa: E501\n" * 20_000
    (*_, last) = smells(
        *(report(line) for line in range(1, 20_000, 2)), sources=(source(text=text),)
    )
    assert last.more == MOST_READ - MOST_OF_RULE


def test_what_is_found_all_over_is_a_habit_and_no_slip() -> None:
    sources = tuple(source(f"{number}.py", f"{number}") for number in range(HABIT))
    found = smells(*(report(path=each.path) for each in sources), sources=sources)
    assert {(each.evidence, each.severity) for each in found} == {("suspected", "low")}
    assert len(found) == MOST_OF_HABIT
    known = {"ruff/F631": HABIT - 1}
    assert smells(report(path="0.py"), sources=sources, habits=known) == []


def test_many_files_that_do_not_parse_are_of_another_version() -> None:
    broken = Rule("syntax", "critical")
    sources = tuple(source(f"{number}.py", f"{number}") for number in range(FOREIGN))
    reports = [report(path=each.path, means=broken) for each in sources]
    assert smells(*reports, sources=sources) == []
    assert len(smells(reports[0], sources=sources)) == 1


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("x = y  # noqa", True),
        ("x = y  # noqa: F631", True),
        ("x = y  # noqa: E501", False),
        ("x = y  # type: ignore[name-defined]", True),
        ("x = y  # a comment about noqa handling", False),
        ("x = y", False),
    ],
)
def test_a_comment_that_was_there_hides_a_mistake_that_it_names(line: str, hidden: bool) -> None:
    assert (smells(report(), sources=(source(text=line),)) == []) is hidden


def test_no_comment_hides_what_is_about_security_yet_it_becomes_a_suspicion() -> None:
    (smell,) = smells(report(means=SECURITY), sources=(source(text="run(x)  # nosec"),))
    assert (smell.evidence, smell.hidden_by) == ("suspected", 1)


def test_a_comment_that_the_change_adds_hides_nothing() -> None:
    texts = (source(text="x = y  # noqa"),)
    (smell,) = smells(report(), sources=texts, added={"a.py": frozenset({1})})
    assert smell.evidence == "proven"


def test_tests_and_examples_count_less() -> None:
    assert smells(report(means=SECURITY), sources=(source(where="tests"),)) == []
    (tested,) = smells(report(), sources=(source(where="tests"),))
    assert (tested.severity, tested.evidence) == ("medium", "proven")
    (shown,) = smells(report(), sources=(source(where="examples"),))
    assert shown.evidence == "suspected"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("shop/cart.py", ""),
        ("tests/test_cart.py", "tests"),
        ("shop/cart_test.go", "tests"),
        ("src/cart.spec.ts", "tests"),
        ("tests/fixtures/broken.py", "fixtures"),
        ("test/style_issue_files/E22.py", "fixtures"),
        ("tests/failing_examples.py", "fixtures"),
        ("tests/test_files.py", "tests"),
        ("docs/conf.py", "examples"),
        ("shop/contest.py", ""),
        ("latest/testing.py", ""),
        ("contrib/tool.py", "examples"),
        ("shop/contrib/tool.py", ""),
    ],
)
def test_a_path_says_how_much_a_file_counts(path: str, found: str) -> None:
    assert quiet(path) == found


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        ("shop/static/shop.js", True),
        ("shop/static/jquery-3.5.1.min.js", False),
        ("shop/_vendor/six.py", False),
        ("shop/client-dist/shop.js", False),
        ("shop/dist/build.py", True),
        ("shop/vendors.py", True),
        ("tests/fixtures/broken.py", False),
    ],
)
def test_what_others_mend_is_not_looked_at(path: str, ours: bool) -> None:
    assert is_ours(path) is ours


def test_edits_become_a_diff_or_nothing() -> None:
    made = mended("a.py", "a is 1\nb\n", [Edit((1, 3), (1, 5), "==")])
    assert made is not None
    assert made.splitlines()[-3:] == ["-a is 1", "+a == 1", " b"]
    assert mended("a.py", "a\n", [Edit((9, 1), (9, 2), "x")]) is None


def test_added_lines_are_those_that_were_not_there() -> None:
    assert added_lines("a\nb\n", "a\nnew\nb\n") == {2}
    assert added_lines("", "a\n") >= {1}
    assert added_lines("a\nb", "a\nb") == frozenset()


@given(st.text(max_size=60), st.tuples(*[st.integers(-1, 9)] * 4), st.text(max_size=5))
def test_an_edit_at_any_place_never_fails(
    text: str, place: tuple[int, int, int, int], new: str
) -> None:
    mended("a.py", text, [Edit(place[:2], place[2:], new)])
