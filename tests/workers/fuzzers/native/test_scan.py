"""Harnesses are found where they are defined, and linked with what is no test."""

from __future__ import annotations

from pathlib import Path

from workers.fuzzers.native import scan


def tree(folder: Path, files: dict[str, str]) -> list[str]:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return sorted(files)


def test_a_harness_is_a_definition_and_no_mention(tmp_path: Path) -> None:
    files = {
        "a.c": "int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)\n{\n  return 0;\n}\n",
        "b.c": "int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);\n",
        "c.c": "// int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {\n",
        "d.cc": 'extern "C" int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) {\n}\n',
    }
    paths = tree(tmp_path, files)
    assert [(e.path, e.start_line, e.end_line) for e in scan.targets(tmp_path, paths, scan.C)] == [
        ("a.c", 1, 4)
    ]
    assert [each.path for each in scan.targets(tmp_path, paths, scan.CPP)] == ["d.cc"]


def test_tests_and_harnesses_are_not_linked(tmp_path: Path) -> None:
    names = ["src/a.c", "src/b.cpp", "fuzz/f.c", "tests/t.c", "fuzzing/x.c", "include/n/a.h"]
    found = scan.scan(tmp_path, names)
    assert found.sources == ("src/a.c", "src/b.cpp")
    assert found.includes == (".", "include/n", "include")


def test_the_inputs_that_a_repository_keeps_are_where_it_begins(tmp_path: Path) -> None:
    files = {
        "fuzz/parse_fuzzer.c": "int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) {\n}\n",
        "fuzz/parse_fuzzer_seed_corpus/one": "1",
        "fuzz/corpus/two": "2",
        "fuzz/other_corpus/three": "3",
        "src/corpus.c": "",
    }
    paths = tree(tmp_path, files)
    (target,) = scan.targets(tmp_path, paths, scan.C)
    assert sorted(scan.seeds(tmp_path, paths, target)) == [b"1", b"2"]
