"""Diffs from models and tools: hostile text, taken strictly or refused."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.repairs.diff import MOST_LINES, Refused, applied, size, told

FILES = {"shop.py": "one\ntwo\nthree\ntwo\nfour\n", "cart.py": "a\nb\n"}
GOOD = "--- a/shop.py\n+++ b/shop.py\n@@ -2,2 +2,2 @@\n-two\n+2\n three\n"


def test_a_diff_changes_what_it_says() -> None:
    changed = applied(GOOD, FILES)
    assert changed == {"shop.py": "one\n2\nthree\ntwo\nfour\n"}
    assert size(changed, FILES) == 2


def test_wrong_line_numbers_are_forgiven_where_the_text_is_unique() -> None:
    assert applied(GOOD.replace("-2,2", "-77,9"), FILES) == applied(GOOD, FILES)


def test_what_git_and_models_put_around_a_diff_is_skipped() -> None:
    text = "diff --git a/shop.py b/shop.py\nindex 1..2 100644\n" + GOOD + "\n\n"
    assert applied(text, FILES) == applied(GOOD, FILES)


def test_several_files_may_change_at_once() -> None:
    both = GOOD + "--- a/cart.py\n+++ b/cart.py\n@@ -1 +1 @@\n-a\n+A\n"
    assert set(applied(both, FILES)) == {"shop.py", "cart.py"}


HEAD = "--- a/shop.py\n+++ b/shop.py\n@@ -1 +1 @@\n"


@pytest.mark.parametrize(
    "diff",
    [
        "",
        "Sure! Here is the patch:",
        "--- a/shop.py\n+++ b/shop.py\n",
        HEAD + "-nowhere\n+x\n",
        HEAD.replace("-1 ", "-9 ") + "-two\n+x\n",
        HEAD + " one\n",
        HEAD + "+added at no place\n",
        HEAD + "!one\n",
        GOOD + GOOD,
        GOOD.replace("b/shop.py", "b/cart.py"),
        "--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+x\n",
        "--- a/shop.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n",
        *(
            GOOD.replace("shop.py", path)
            for path in ("test_shop.py", "../shop.py", "/etc/passwd", ".github/workflows/ci.yml")
        ),
        "diff --git a/shop.py b/shop.py\nold mode 100644\nnew mode 100755\n" + GOOD,
        HEAD + "-one\n" + "+x\n" * MOST_LINES,
        HEAD + "-one\n+" + "x" * 30_000,
    ],
)
def test_anything_else_is_refused(diff: str) -> None:
    with pytest.raises(Refused):
        applied(diff, FILES)


LINES = st.lists(st.sampled_from(["a", "b", "c", " ", "-x", "+y", ""]), min_size=1, max_size=12)


@given(before=LINES, after=LINES)
def test_a_diff_that_we_write_is_read_back(before: list[str], after: list[str]) -> None:
    files = {"a.py": "\n".join(before) + "\n"}
    changed = {"a.py": "\n".join(after) + "\n"}
    if files == changed or not any(before):
        return
    # Where the same lines stand twice, nobody can tell which are meant, unless the number fits.
    assert applied(told(changed, files), files) == changed


def test_a_diff_that_we_write_is_what_git_applies(tmp_path: Path) -> None:
    changed = applied(GOOD, FILES)
    (tmp_path / "shop.py").write_text(FILES["shop.py"])
    subprocess.run(
        ["git", "apply", "-"], cwd=tmp_path, input=told(changed, FILES).encode(), check=True
    )
    assert (tmp_path / "shop.py").read_text() == changed["shop.py"]
