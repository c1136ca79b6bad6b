"""Calls that documents spell out are where fuzzing begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.fuzzers.pythonic.scan import scan

SOURCE = "def read_size(text):\n    return int(text)\n"


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("README.md", "# Sizes\n\n```python\nread_size('12')\n```\n"),
        ("README.rst", "Sizes\n=====\n\n.. code-block:: python\n\n    read_size('12')\n\nMore.\n"),
        ("README.rst", "Use it::\n\n    x = read_size('12')\n\nMore.\n"),
        ("docs/use.md", "So:\n\n    >>> read_size('12')\n    12\n"),
    ],
)
def test_examples_of_documents_are_calls(tmp_path: Path, name: str, document: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "sizes.py").write_text(SOURCE)
    (tmp_path / name).write_text(document)
    found = scan(tmp_path, ["sizes.py", name], ["sizes.py"])
    assert found.calls["read_size"] == [{"arguments": ["12"], "keywords": {}}]


def test_a_document_that_is_no_program_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("```python\nread_size('12\n```\n")
    assert scan(tmp_path, ["README.md"], []).calls == {}


def test_what_nobody_imports_is_not_fuzzed(tmp_path: Path) -> None:
    paths = ["sizes.py", "noxfile.py", "bin/make.py"]
    (tmp_path / "bin").mkdir()
    for path in paths:
        (tmp_path / path).write_text(SOURCE)
    assert [each.path for each in scan(tmp_path, paths, paths).targets] == ["sizes.py"]
