"""A compiler counts where it has libFuzzer with it."""

from __future__ import annotations

from pathlib import Path

from workers.fuzzers.native.compiler import compiler


def clang(folder: Path, version: int, *, fuzzes: bool) -> Path:
    home = folder / f"lib/llvm-{version}"
    (home / "bin").mkdir(parents=True)
    (home / "bin/clang").touch()
    if fuzzes:
        library = home / f"lib/clang/{version}/lib/linux/libclang_rt.fuzzer-x86_64.a"
        library.parent.mkdir(parents=True)
        library.touch()
    path = folder / f"clang-{version}"
    path.symlink_to(home / "bin/clang")
    (folder / f"clang++-{version}").symlink_to(home / "bin/clang")
    return path


def test_the_newest_with_its_library_is_taken(tmp_path: Path) -> None:
    clang(tmp_path, 9, fuzzes=True)
    wanted = clang(tmp_path, 14, fuzzes=True)
    clang(tmp_path, 16, fuzzes=False)
    found = compiler([tmp_path])
    assert found is not None
    assert found.c == (str(wanted),)
    assert found.cpp == (str(wanted.with_name("clang++-14")),)


def test_there_may_be_none(tmp_path: Path) -> None:
    clang(tmp_path, 14, fuzzes=False)
    assert compiler([tmp_path]) is None
