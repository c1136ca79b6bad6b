"""A patch makes of files what its author meant, or is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.drafts.patch import Changed, File, Refused, changed, paths
from workers.linters.patch import unified

LINES = st.lists(st.sampled_from(["a", "b = 1", "", "\tc", "-- x", "++ y", "\x0cd"]), max_size=12)
TEXTS = LINES.map(lambda lines: "".join(f"{line}\n" for line in lines))
NEW = "--- /dev/null\n+++ b/tests/test_a.py\n@@ -0,0 +1,2 @@\n+def test_a():\n+    pass\n"


def reading(**files: str) -> dict[str, File]:
    return {path: File(text) for path, text in files.items()}


@given(before=TEXTS, after=TEXTS)
def test_applied_it_gives_what_it_was_made_from_or_is_refused(before: str, after: str) -> None:
    patch = unified("a", before, after)
    try:
        made = changed(patch, reading(a=before).get) if patch else []
    except Refused:
        return
    assert [each.text for each in made] in ([after], [] if before == after else [after])


def test_files_are_changed_and_added_together() -> None:
    patch = unified("a", "x\ny\n", "x\nz\n") + NEW
    one, two = changed(patch, reading(a="w\nx\ny\n").get)
    assert (one.text, one.lines) == ("w\nx\nz\n", 2)
    assert two == Changed("tests/test_a.py", "def test_a():\n    pass\n")
    assert paths(patch) == ["a", "tests/test_a.py"]


def test_what_is_there_already_changes_nothing() -> None:
    files = {"tests/test_a.py": File("def test_a():\n    pass\n")}
    assert changed(NEW, files.get) == []


@pytest.mark.parametrize(
    "patch",
    [
        "",
        "hello",
        NEW.replace("+    pass", "-    pass"),
        NEW + NEW,
        "--- a/gone.py\n+++ b/gone.py\n@@ -1 +1 @@\n-x\n+y\n",
        "--- a/a\n+++ b/b\n@@ -1 +1 @@\n-x\n+y\n",
        "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-other\n+y\n",
        "--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
    ],
)
def test_anything_else_is_refused(patch: str) -> None:
    with pytest.raises(Refused):
        changed(patch, reading(a="x\n").get)
