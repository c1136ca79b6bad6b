"""What every command has in common: its place in the table, its exit status, its errors."""

from __future__ import annotations

import argparse
import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

import cli.commands
from cli import main as door
from cli import room
from cli.commands import migrate
from core.errors import TryLater, UserError


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def run(arguments: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr(migrate, "run", run)


def test_every_command_is_a_file_and_every_file_a_command() -> None:
    folder = Path(cli.commands.__file__).parent
    files = {path.stem.replace("_", "-") for path in folder.glob("[a-z]*.py")}
    assert set(door.COMMANDS) == files


def test_help_imports_nothing_heavy() -> None:
    heavy = {"aiohttp", "arq", "numpy", "psycopg", "pygit2", "rich", "structlog", "asyncpg"}
    script = f"import sys, cli.main; print(*({heavy!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["frobnicate"],
        ["ask", "."],
        ["index"],
        ["search", "."],
        ["search", ".", "words", "--limit", "0"],
        ["search", ".", "--queries", "in.jsonl"],
        ["search", ".", "words", "--queries", "in.jsonl", "--out", "out.jsonl"],
        ["worker", "--queue", "unknown"],
        ["up", "--port", "65536"],
        ["web", "--port=-1"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        door.main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: ponder")


def test_what_the_user_can_mend_is_one_line_and_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, UserError("Feed the cat."))
    assert door.main(["migrate"]) == 1
    assert capsys.readouterr() == ("", "ponder: Feed the cat.\n")


def test_what_may_pass_by_itself_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, TryLater("all database connections are busy"))
    assert door.main(["migrate"]) == 1
    assert "All database connections are busy. Try again" in capsys.readouterr().err


def test_a_full_disk_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, OSError(errno.ENOSPC, "No space left on device", "/x"))
    assert door.main(["migrate"]) == 1
    assert capsys.readouterr().err.startswith("ponder: The disk is full; make room")


def test_an_interrupt_is_quiet_and_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    assert door.main(["migrate"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_bug_is_kept_without_secrets_and_ends_with_70(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PONDER_DATA_DIR", str(tmp_path / "ponder"))
    token = "ghp_" + "a1B2" * 10
    fail_with(monkeypatch, KeyError(token))
    assert door.main(["migrate"]) == 70
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"{tmp_path}/ponder/bugs.log" in said
    kept = (tmp_path / "ponder" / "bugs.log").read_text()
    assert "Traceback" in kept
    assert token not in kept + said


def test_a_bug_that_cannot_be_kept_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PONDER_DATA_DIR", str(tmp_path / "file" / "below"))
    fail_with(monkeypatch, ZeroDivisionError("by nought"))
    assert door.main(["migrate"]) == 70
    assert "ZeroDivisionError: by nought" in capsys.readouterr().err


def test_an_error_is_the_one_document_where_one_was_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PONDER_DATA_DIR", str(tmp_path / "file"))
    assert door.main(["index", str(tmp_path), "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["error"] in err


def test_a_reader_that_has_enough_is_no_error() -> None:
    """Like head: it closes its end of the pipe while we still write."""
    script = "import sys; from cli.main import main; sys.exit(main(['doctor', '--json']))"
    patched = (
        "import cli.commands.doctor as d, cli.checks\n"
        "d.examine = lambda: [cli.checks.Check('x', 'ok', 'y' * 10_000_000)]\n" + script
    )
    process = subprocess.Popen(
        [sys.executable, "-c", patched], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(30) == 0


def test_a_name_that_is_no_utf_8_still_makes_a_document(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "cli.main",
            "search",
            ".",
            "--json",
            "--queries",
            b"\xe9",
            "--out=o",
        ],
        capture_output=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"].startswith("\udce9 cannot be read")


def test_a_full_disk_is_told_whatever_fails_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PONDER_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(room, "_LEAST_BYTES", sys.maxsize)
    fail_with(monkeypatch, TryLater("the database does not answer"))
    assert door.main(["migrate"]) == 1
    assert capsys.readouterr().err.startswith("ponder: The disk is full")
    fail_with(monkeypatch, RuntimeError("closed"))
    assert door.main(["migrate"]) == 1
    assert capsys.readouterr().err.startswith("ponder: The disk is full")
    fail_with(monkeypatch, UserError("The server does not start."))
    assert door.main(["migrate"]) == 1
    assert "does not start. The disk is full; make room" in capsys.readouterr().err
