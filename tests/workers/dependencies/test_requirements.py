"""Names and versions are understood; whatever else a file of requirements may say is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.dependencies.requirements import pins, requirement, roots


@pytest.mark.parametrize(
    "line",
    ["attrs", "attrs>=22,<24", "a[b,c]==1.0.*", "x ~= 1.0; python_version < '3.9'", "a!=1,>=2"],
)
def test_a_requirement_is_kept(line: str) -> None:
    assert requirement(line) == line


@pytest.mark.parametrize(
    ("line", "kept"),
    [("a==1 --hash=sha256:00", "a==1"), ("a  # why", "a"), ("a==1 \\", "a==1")],
)
def test_hashes_and_comments_are_left_out(line: str, kept: str) -> None:
    assert requirement(line) == kept


@pytest.mark.parametrize(
    "line",
    [
        "-e .",
        "-r other.txt",
        "--index-url http://evil.example/simple",
        "--extra-index-url=http://evil.example",
        "--find-links /etc",
        "a @ https://evil.example/a.whl",
        "a @ file:///etc/passwd",
        "git+https://evil.example/a",
        "./local",
        "/etc/passwd",
        "a --config-settings=x",
        "a; import os\nb",
        "a$(id)",
        "",
        "# nothing",
    ],
)
def test_what_leads_elsewhere_is_left_out(line: str) -> None:
    assert requirement(line) is None


@given(st.text(max_size=60))
def test_no_line_becomes_an_option_or_an_address(line: str) -> None:
    kept = requirement(line)
    assert kept is None or (kept[0].isalnum() and "/" not in kept and "@" not in kept)


def test_what_a_project_asks_for_is_found_wherever_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        """
[project]
name = "Shop"
dependencies = ["attrs>=22", "evil @ https://evil.example/x.whl"]
[project.optional-dependencies]
test = ["pytest-mock", "shop[all]"]
docs = ["sphinx"]
[dependency-groups]
dev = ["freezegun", {include-group = "test"}]
[tool.poetry.dependencies]
python = "^3.11"
rich = "^13.1"
early = "^0.3"
fork = {git = "https://evil.example/fork"}
[tool.poetry.group.test.dependencies]
respx = {version = "*"}
"""
    )
    (tmp_path / "setup.cfg").write_text(
        "[options]\ninstall_requires =\n    six\n    %(evil)s\n"
        "[options.extras_require]\ntest = mock\n"
    )
    (tmp_path / "requirements-dev.txt").write_text("tox==4 \\\n  --hash=sha256:0\n-r evil.txt\n")
    (tmp_path / "requirements-docs.txt").write_text("mkdocs\n")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text("idna\n")
    assert roots(tmp_path) == [
        *("attrs>=22", "pytest-mock", "freezegun", "rich>=13.1,<14", "early>=0.3", "respx"),
        *("six", "mock", "tox==4", "idna"),
    ]


def test_a_lock_pins_what_it_names_once(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text(
        '[[package]]\nname = "attrs"\nversion = "23.1"\n'
        '[[package]]\nname = "shop"\nversion = "0"\nsource = { editable = "." }\n'
        '[[package]]\nname = "two"\nversion = "1"\n[[package]]\nname = "two"\nversion = "2"\n'
        '[[package]]\nname = "-e evil"\nversion = "1"\n'
    )
    assert pins(tmp_path) == ["attrs==23.1"]


@pytest.mark.parametrize("content", ["[", "project = 1", "[project]\ndependencies = [[1]]", "\0"])
def test_a_broken_file_asks_for_nothing(tmp_path: Path, content: str) -> None:
    for name in ("pyproject.toml", "setup.cfg", "uv.lock"):
        (tmp_path / name).write_text(content)
    assert (roots(tmp_path), pins(tmp_path)) == ([], [])


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("[project]\ndependencies = ['secret']")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "pyproject.toml").symlink_to("../secret")
    assert roots(tmp_path / "code") == []
