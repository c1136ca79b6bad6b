"""Seeded bugs: each a mutant of a pinned package that its tests see; for half of them the tests
that see it are taken out, so that the suite alone does not give it away."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.retrieval.corpora import prepare
from benchmarks.seeded.mutate import Mutant

HERE = Path(__file__).parent
CASES = HERE / "cases.jsonl"
_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "seeded",
    "GIT_AUTHOR_EMAIL": "seeded@example.org",
    "GIT_COMMITTER_NAME": "seeded",
    "GIT_COMMITTER_EMAIL": "seeded@example.org",
    "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_DATE": "1700000000 +0000",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
}


@dataclass(frozen=True, slots=True)
class Case:
    """`before` and `after` are the changed lines; `seen_by` are the test functions that fail on it
    and pass without it, as path::Class::function; `removed` says that they were taken out."""

    id: str
    package: str
    mutant: Mutant
    before: str
    after: str
    seen_by: tuple[str, ...]
    removed: bool


def trees(work: Path, python: Path, wanted: Sequence[str] = ()) -> dict[str, Path]:
    """The clean packages by name, downloaded once."""
    pins = json.loads((HERE / "packages.json").read_text(encoding="utf-8"))
    names = prepare(work, python, wanted, pins=pins)
    return {name: work / "corpora" / name / "tree" for name in names}


def known() -> list[Case]:
    lines = CASES.read_text(encoding="utf-8").splitlines() if CASES.exists() else []
    return [_case(json.loads(line)) for line in lines]


def written(case: Case) -> str:
    return json.dumps(asdict(case), ensure_ascii=False)


def _case(row: dict[str, object]) -> Case:
    mutant, seen_by = row.pop("mutant"), row.pop("seen_by")
    assert isinstance(mutant, dict)
    assert isinstance(seen_by, list)
    return Case(mutant=Mutant(**mutant), seen_by=tuple(seen_by), **row)  # type: ignore[arg-type]


def checkout(clean: Path, folder: Path, case: Case | None) -> Path:
    """A new repository with one commit: the package, with the case's bug where there is one."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(clean, folder)
    if case is not None:
        target = folder / case.mutant.path
        target.write_bytes(case.mutant.applied(target.read_bytes()))
        if case.removed:
            without(folder, case.seen_by)
    for arguments in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all", "--force"],
        ["commit", "--quiet", "--message", "Release"],
    ):
        subprocess.run(["git", *arguments], cwd=folder, env=_ENVIRONMENT, check=True)
    return folder


def without(folder: Path, tests: Iterable[str]) -> None:
    """Take test functions out of their files."""
    by_path: dict[str, set[str]] = defaultdict(set)
    for test in tests:
        path, _, name = test.partition("::")
        by_path[path].add(name)
    for path, names in by_path.items():
        target = folder / path
        target.write_bytes(_without(target.read_bytes(), names))


def _without(raw: bytes, names: set[str]) -> bytes:
    lines = raw.split(b"\n")
    for start, end, indent in sorted(_spans(ast.parse(raw), names), reverse=True):
        lines[start - 1 : end] = [b" " * indent + b"pass"]
    return b"\n".join(lines)


def _spans(tree: ast.Module, names: set[str]) -> list[tuple[int, int, int]]:
    """First and last line, decorators included, and the indentation."""
    found = []
    waiting: list[tuple[str, ast.stmt]] = [("", each) for each in tree.body]
    while waiting:
        outer, node = waiting.pop()
        name = getattr(node, "name", "")
        if isinstance(node, ast.ClassDef):
            waiting += [(f"{outer}{name}::", each) for each in node.body]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and outer + name in names:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            found.append((first, node.end_lineno or first, node.col_offset))
    return found
