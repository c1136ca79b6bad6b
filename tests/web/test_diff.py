"""Patches as lines with numbers."""

from web.diff import diff_lines

PATCH = """\
--- a/shop.py
+++ b/shop.py
@@ -7,3 +7,3 @@ def total():
 a = 1
--- b = 2
+++ b = 3
 c = 4
\\ No newline at end of file
"""


def test_lines_have_the_numbers_of_both_sides() -> None:
    shown = [(each.kind, each.old, each.new) for each in diff_lines(PATCH)]
    assert shown == [
        ("file", "", ""),
        ("file", "", ""),
        ("hunk", "", ""),
        ("same", "7", "7"),
        ("removed", "8", ""),
        ("added", "", "8"),
        ("same", "9", "9"),
        ("file", "", ""),
    ]


def test_what_is_no_diff_is_shown_as_it_is() -> None:
    assert [each.text for each in diff_lines("hello\n@@ no hunk\n")] == ["hello", "@@ no hunk"]
    assert list(diff_lines("")) == []
