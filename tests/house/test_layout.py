"""One feature, one file, named with the word that users use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT, defined, modules, read, tracked, words

LONGEST = 350
LONGEST_TEST = 500
ROOT_FILES = (
    ".ci/run .env.example .github/ponder.yml .github/workflows/ci.yml .pre-commit-config.yaml "
    "ARCHITECTURE.md CHANGELOG.md CONTRIBUTING.md Dockerfile LICENSE Makefile README.md "
    "SECURITY.md app.yml docker-compose.yml pyproject.toml requirements/app.txt "
    "requirements/bootstrap.txt requirements/dev.txt requirements/toolchain.txt"
).split()
BANNED = frozenset(
    "manager managers helper helpers util utils common service services processor data info "
    "mixin mixins".split()
)
# The word of the environment variable PONDER_DATA_DIR.
ALLOWED = frozenset({"data_dir", "_data_dir"})


def banned(name: str) -> set[str]:
    return set() if name in ALLOWED else BANNED.intersection(words(name))


@pytest.mark.parametrize("name", ROOT_FILES)
def test_the_house_has_its_files(name: str) -> None:
    assert (ROOT / name).is_file()


@pytest.mark.parametrize("path", [*modules(), *modules("tests", "benchmarks")], ids=str)
def test_a_module_is_named_and_names_with_words_that_say_something(path: Path) -> None:
    # A test's name is a sentence about what users see.
    names = (name for name in defined(read(path)) if not name.startswith("test_"))
    assert {name for name in [*path.with_suffix("").parts, *names] if banned(name)} == set()


def test_a_banned_word_is_found_in_every_spelling() -> None:
    assert banned("repo_utils") == {"utils"}
    assert banned("QueueManager") == {"manager"}
    assert banned("HTTPService") == {"service"}
    assert banned("_load_data") == {"data"}
    assert banned("update_metadata_of_row") == banned("_data_dir") == set()


def written() -> list[Path]:
    """What people wrote to be read: code, queries, styles and scripts, not fixtures."""
    suffixes = {".py", ".js", ".css", ".scm"}
    return [path for path in tracked() if path.suffix in suffixes and "fixtures" not in path.parts]


@pytest.mark.parametrize("path", written(), ids=str)
def test_a_file_is_short_enough_to_be_read_in_one_go(path: Path) -> None:
    lines = len(read(path).splitlines())
    assert lines <= (LONGEST_TEST if path.parts[0] == "tests" else LONGEST)


@pytest.mark.parametrize("path", modules(), ids=str)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    source = read(path)
    assert not source.strip() or source.startswith(('"""', 'r"""'))


def test_tests_mirror_the_source() -> None:
    for path in (path for path in modules("tests") if path.stem.startswith("test_")):
        folder = Path(*path.parts[1:-1])
        if folder.parts and folder.parts[0] in PACKAGES:
            assert (ROOT / folder).is_dir() or (ROOT / folder).with_suffix(".py").is_file(), path


def test_folders_of_tests_are_no_packages() -> None:
    """A folder named tests/web with an __init__.py would shadow the package web."""
    assert [path for path in modules("tests") if path.name == "__init__.py"] == []


def test_migrations_are_numbered_without_a_gap_and_go_forward_only() -> None:
    names = [path.name for path in tracked() if path.parts[0] == "migrations"]
    names.remove("__init__.py")
    for number, name in enumerate(sorted(names), start=1):
        assert re.fullmatch(rf"{number:04d}_[a-z0-9_]+\.sql", name)
        assert "down" not in words(name)


def test_every_prompt_is_rendered_by_the_module_of_its_name() -> None:
    stems = {path.stem for path in modules("workers")}
    prompts = [path for path in tracked() if path.parts[:2] == ("workers", "prompts")]
    for path in (path for path in prompts if path.suffix == ".j2"):
        assert path.name.endswith(".md.j2")
        assert path.name.removesuffix(".md.j2") in stems, path


def test_nothing_is_left_to_do() -> None:
    mark = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
    marked = [str(path) for path in modules() if mark.search(read(path))]
    assert marked == []
