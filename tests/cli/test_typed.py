"""The command that is printed for people is one that they can type."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cli import typed


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `ponder` that was started, from a folder above it; the shell does not find it."""
    path = tmp_path / ".venv" / "bin" / "ponder"
    path.parent.mkdir(parents=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.setattr(sys, "argv", [str(path), "up"])
    return path


def test_a_program_that_the_shell_does_not_find_is_named_by_its_path(program: Path) -> None:
    assert typed.ponder() == ".venv/bin/ponder"


def test_from_elsewhere_it_is_the_whole_path(
    program: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert typed.ponder() == str(program)


def test_a_program_that_the_shell_finds_is_named_alone(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(program.parent))
    assert typed.ponder() == "ponder"


def test_a_module_that_was_run_has_no_name_of_its_own(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["cli/main.py"])
    assert typed.ponder() == "ponder"
