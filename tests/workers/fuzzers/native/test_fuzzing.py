"""Harnesses that a repository has are built and run, and what breaks becomes a script. A stand-in
compiles: what the real one says is in the tests of `told`."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.fuzzers import c
from workers.fuzzers.base import Fuzzed, Plan
from workers.fuzzers.native import fuzzing
from workers.fuzzers.native.compiler import Compiler
from workers.sandbox import CODE, Sandbox, open_sandbox
from workers.thoughts import fuzz

STAND_IN = Path(__file__).with_name("clang_stand_in.py")
HARNESS = (
    "#include <stdint.h>\n\nint LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {\n"
    "  return parse(data, size);\n}\n"
)
FILES = {
    "fuzz/parse.c": HARNESS,
    "src/parse.c": "int parse(const char *raw, long size) {\n  BROKEN\n}\n",
    "src/system.c": "#error not configured\n",
    "include/parse.h": "",
    "tests/parse_test.c": "",
}


@pytest.fixture
async def sandbox(tmp_path: Path) -> Sandbox:
    opened = await open_sandbox(tmp_path / "scratch")
    assert opened is not None
    return opened


async def fuzzed(
    sandbox: Sandbox, code: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Fuzzed:
    for path, text in {**files, "clang.py": STAND_IN.read_text()}.items():
        (code / path).parent.mkdir(parents=True, exist_ok=True)
        (code / path).write_text(text)
    paths = sorted(files)
    async with sandbox.workspace(code) as workspace:
        argv = (workspace.toolchain.python, f"{CODE}/clang.py")
        monkeypatch.setattr(fuzzing, "compiler", lambda: Compiler(argv, argv, argv))
        plan = Plan(code, paths, c.targets(code, paths), 1.0, 3)
        (found,) = await c.fuzz(workspace, plan, lambda _: None)
    return found


async def test_what_breaks_is_reported_with_a_script_that_was_seen_to_fail(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "code"
    found = await fuzzed(sandbox, code, FILES, monkeypatch)
    assert (found.why, found.executions, found.corpus) == ("", 3, (b"ab",))
    (crash,) = found.crashes
    claim = fuzz.claimed(code, found, crash)
    assert (claim.evidence, claim.path, claim.start_line) == ("reproduced", "src/parse.c", 2)
    assert 'LLVMFuzzerTestOneInput("!", 1)' in claim.message
    assert "for source in fuzz/parse.c src/parse.c; do" in crash.reproducer
    assert "printf '\\041'" in crash.reproducer


async def test_a_harness_that_does_not_compile_says_why(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"fuzz/parse.c": "#error no\n" + HARNESS}
    found = await fuzzed(sandbox, tmp_path / "code", files, monkeypatch)
    assert "it wants to be configured" in found.why
    assert not found.executions
    assert not found.crashes


async def test_without_a_compiler_it_is_said_how_to_get_one(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "parse.c").write_text(HARNESS)
    monkeypatch.setattr(fuzzing, "compiler", lambda: None)
    plan = Plan(tmp_path, ["parse.c"], c.targets(tmp_path, ["parse.c"]), 1.0, 3)
    async with sandbox.workspace(None) as workspace:
        (found,) = await c.fuzz(workspace, plan, lambda _: None)
    assert "ponder doctor" in found.why
