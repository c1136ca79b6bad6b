"""What is suspected because calls come to something else than before the last commit.

    python -m benchmarks.outcomes [--only CASE…]    seeded bugs, each a commit that says nothing
    python -m benchmarks.outcomes --history REPOSITORY [--commits N]

Of a repository those commits are compared that announce nothing; what is suspected is shown.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.seeded.cases import Case, known, trees, without
from core.db.findings import Claim
from core.db.symbol_graph import Definition
from workers.sandbox import Sandbox, open_sandbox
from workers.thoughts.base import Limits
from workers.thoughts.changed_outcomes import differing
from workers.thoughts.last_commit import Before, before_of
from workers.thoughts.tools import Tools

_LIMITS = Limits(420, 300)


def definitions(path: str, text: str) -> Iterator[Definition]:
    """Functions and methods of a file of Python."""
    try:
        waiting: list[tuple[str, ast.AST]] = [("", ast.parse(text))]
    except SyntaxError:
        return
    while waiting:
        outer, node = waiting.pop()
        for each in ast.iter_child_nodes(node):
            name = f"{outer}{getattr(each, 'name', '')}"
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                end, said = each.end_lineno or each.lineno, ast.get_docstring(each) or ""
                place = ("function", each.lineno, end, "", said)
                yield Definition(path, 0, 0, each.name, name, *place)
            elif isinstance(each, ast.ClassDef):
                waiting.append((f"{name}.", each))


async def compared(sandbox: Sandbox, folder: Path, last: Before) -> tuple[list[Claim], float]:
    """What is suspected, and processor seconds."""
    paths = sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not {".git", "__pycache__"} & set(path.parts)
    )
    tools = Tools(folder, _LIMITS, sandbox)
    return await differing(tools, ["python"], paths, last), tools.cpu_seconds


async def of_case(sandbox: Sandbox, clean: Path, folder: Path, case: Case) -> bool:
    shutil.copytree(clean, folder)
    target, path = folder / case.mutant.path, case.mutant.path
    before = target.read_bytes()
    target.write_bytes(case.mutant.applied(before))
    without(folder, case.seen_by)
    texts = {path: (before.decode(), target.read_text())}
    found = {path: [*definitions(path, texts[path][1])]}
    claims, seconds = await compared(sandbox, folder, before_of("0" * 40, "Tidy up", texts, found))
    told = "; ".join(each.message for each in claims)
    print(f"{case.id} {case.mutant.kind} {seconds:.1f} s: {told or 'nothing'}", flush=True)
    return bool(claims)


def git(repository: Path, *arguments: str) -> bytes:
    return subprocess.run(
        ["git", "-C", str(repository), *arguments], check=True, capture_output=True
    ).stdout


def at(repository: Path, commit: str, path: str) -> str | None:
    try:
        return git(repository, "show", f"{commit}:{path}").decode(errors="replace")
    except subprocess.CalledProcessError:
        return None


def commit(repository: Path, sha: str) -> Before:
    """Against its first parent."""
    subject = git(repository, "log", "-1", "--format=%s", sha).decode(errors="replace").strip()
    names = git(repository, "diff", "--name-only", "--no-renames", f"{sha}^1", sha).decode()
    texts, found = {}, {}
    for path in names.splitlines():
        now = at(repository, sha, path) or ""
        texts[path] = (at(repository, f"{sha}^1", path), now)
        found[path] = [*definitions(path, now)] if path.endswith(".py") else []
    return before_of(sha, subject, texts, found)


async def of_history(sandbox: Sandbox, repository: Path, folder: Path, most: int) -> None:
    listed = git(repository, "log", "--no-merges", "--format=%H", f"-{most}", "--", "*.py")
    quiet = loud = 0
    for sha in listed.decode().split():
        last = commit(repository, sha)
        if not last.changed or last.announced:
            quiet += 1
            continue
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        packed = git(repository, "archive", sha)
        subprocess.run(["tar", "x", "-C", str(folder)], input=packed, check=True)
        claims, seconds = await compared(sandbox, folder, last)
        loud += len(claims)
        told = "; ".join(each.message for each in claims) or "nothing"
        print(f"{sha[:9]} ({last.subject[:60]}) {seconds:.1f} s: {told}", flush=True)
    total = len(listed.split())
    print(
        f"{repository.name}: {total} commits, {quiet} announced or without functions, {loud} loud"
    )


async def main(given: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as named:
        sandbox = await open_sandbox(Path(named) / "scratch")
        assert sandbox is not None, "there is no sandbox on this machine"
        if given.history:
            await of_history(sandbox, given.history, Path(named) / "code", given.commits)
        else:
            await _cases(sandbox, given.work, given.only, Path(named))


async def _cases(sandbox: Sandbox, work: Path, only: Sequence[str], folder: Path) -> None:
    packages = trees(work, Path(sys.executable))
    cases = [each for each in known() if each.removed and (not only or each.id in only)]
    seen = [
        await of_case(sandbox, packages[each.package], folder / each.id, each) for each in cases
    ]
    print(f"suspected {sum(seen)} of {len(cases)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(".cache/seeded"))
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--history", type=Path)
    parser.add_argument("--commits", type=int, default=100)
    asyncio.run(main(parser.parse_args()))
