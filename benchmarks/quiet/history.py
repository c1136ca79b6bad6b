"""What smell_hunt would have said about each of the last commits of a repository.

    python -m benchmarks.quiet.history REPOSITORY [--commits 100]

The files that a commit changed are looked at as it left them, and what is claimed at lines that
it added counts. All versions are looked at together, each commit's in a folder of its own: starting
the analysers for each commit would take hours. What needs other files of it is not seen so.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.quiet.__main__ import claims, files
from workers.linters import merge
from workers.linters.patch import added_lines
from workers.sandbox import open_sandbox


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quiet.history", description=__doc__)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--commits", type=int, default=100)
    arguments = parser.parse_args()
    # Versions of a file repeat what it says: that is no habit.
    merge.HABIT = merge.FOREIGN = 1_000_000
    asyncio.run(_replay(arguments.repository, arguments.commits))


async def _replay(repository: Path, commits: int) -> None:
    with TemporaryDirectory() as written, TemporaryDirectory() as scratch:
        folder = Path(written)
        shas = _git(repository, "log", "--no-merges", f"-{commits}", "--format=%H").split()
        added = {
            path: lines for sha in shas for path, lines in _write(repository, sha, folder).items()
        }
        sandbox = await open_sandbox(Path(scratch))
        if sandbox is None:
            raise SystemExit("There is no sandbox here; 'ponder doctor' says why.")
        said = await claims(sandbox, folder, files(folder))
        found = [
            each
            for each in said
            if each.start_line in added.get(each.path, ()) and each.evidence == "proven"
        ]
    for each in found:
        print(f"  {each.severity} {each.path}:{each.start_line} {each.rule} {each.message}")
    print(
        f"{len(shas)} commits, {len(added)} versions of files, {len(said)} claims in all, "
        f"{len(found)} proven at added lines: "
        f"{len(found) / max(1, len(shas)):.3f} a commit"
    )


def _write(repository: Path, sha: str, folder: Path) -> dict[str, frozenset[int]]:
    """The files that a commit changed, in a folder of their own; the lines that it added."""
    names = _git(repository, "show", "--format=", "--name-only", "--diff-filter=AM", "-z", sha)
    found = {}
    for name in filter(None, names.split("\0")):
        after = _git(repository, "show", f"{sha}:{name}")
        target = folder / f"c{sha[:9]}" / name
        if len(after) > 400_000 or "\0" in after:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(after)
        before = _git(repository, "show", f"{sha}^:{name}")
        found[str(target.relative_to(folder))] = added_lines(before, after)
    return found


def _git(repository: Path, *arguments: str) -> str:
    """What git says; '' where it fails, as for the file of a commit that is not there."""
    done = subprocess.run(
        ["git", "-C", repository, *arguments], capture_output=True, check=False, timeout=60
    )
    return done.stdout.decode(errors="replace") if done.returncode == 0 else ""


if __name__ == "__main__":
    main()
