"""What the documents say is there is there: links, files, commands."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from cli.main import COMMANDS
from tests.house import references
from tests.house.tree import ROOT, read, tracked

DOCUMENTS = [path for path in tracked() if path.suffix == ".md" and "fixtures" not in path.parts]


def anchor(heading: str) -> str:
    """As GitHub makes it."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def anchors(path: Path) -> set[str]:
    return {anchor(found) for found in re.findall(r"^#+ (.+)$", read(path), re.MULTILINE)}


def links(path: Path) -> list[str]:
    targets = re.findall(r"!?\[[^\]]*\]\(([^)\s]+)\)", read(path))
    return [target for target in targets if "://" not in target and not target.startswith("#")]


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_links_lead_somewhere(path: Path) -> None:
    for target in links(path):
        file, _, heading = unquote(target).partition("#")
        there = (ROOT / path.parent / file).resolve()
        assert there.exists(), target
        if heading:
            assert heading in anchors(there.relative_to(ROOT)), target


def commands(text: str) -> set[str]:
    """Commands of the terminal that a text shows as code."""
    shown = re.findall(r"`([^`\n]+)`|^ {4,}(.+)$", text, re.MULTILINE)
    return {name for pair in shown for name in re.findall(r"^ponder ([a-z-]+)", "".join(pair))}


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_a_command_that_is_shown_exists(path: Path) -> None:
    assert commands(read(path)) <= COMMANDS.keys()


def test_the_parts_of_the_house_that_are_described_are_there() -> None:
    """Files and folders that ARCHITECTURE.md names as code, but for placeholders."""
    named = re.findall(r"`([\w./-]+/[\w./-]*)`", read("ARCHITECTURE.md"))
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []


def test_the_tables_of_the_app_s_page_are_those_of_the_code() -> None:
    """`python -m tests.house.references` writes them."""
    assert read(references.PAGE) == references.written(read(references.PAGE))


def test_the_readme_starts_with_the_two_commands() -> None:
    first = read("README.md")[:400]
    assert "make run" in first
    assert "make test" in first
