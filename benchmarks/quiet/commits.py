"""What the whole engine would have said about each of the last commits of repositories.

    python -m benchmarks.quiet.commits CLONE… [--commits 12] [--spare 5] [--seconds 40]

Each commit of the main line that changes code is a push on top of the one before. Where a history
begins, the engine has `--begin` seconds to say what it has to say of the code as it was; then each
commit gets its `--seconds` of a processor, and what is said aloud at it for the first time counts,
whether it is about lines of the commit or not. A commit is clean, and counts, if no later one that
says that it mends something takes out a line of it; so that a bug had the time to be found, the
newest `--spare` are left out. What came of each commit is noted at once in `--work`/commits.jsonl:
begun again, it goes on after the last one.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import time
from functools import partial
from pathlib import Path

from benchmarks.quiet.replay import ROOT, Replay, State, noted, play
from workers.index.churn import is_fix
from workers.index.skip import by_name
from workers.languages import language_of
from workers.linters.places import is_ours

_PROSE = frozenset({"markdown", "rst", "json", "yaml", "toml", "html", "css", ""})
_BLAMED = re.compile(r"^\^?([0-9a-f]{40}) ", re.M)
_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? ", re.M)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quiet.commits")
    parser.add_argument("clones", nargs="+", type=Path, metavar="CLONE")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "quiet")
    parser.add_argument("--commits", type=int, default=12, help="of each repository")
    parser.add_argument("--spare", type=int, default=5, help="newest commits that only judge")
    parser.add_argument("--seconds", type=float, default=40.0, help="of a processor, a commit")
    parser.add_argument("--begin", type=float, default=240.0, help="seconds for a first look")
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no commit after so long")
    arguments = parser.parse_args()
    work = arguments.work.absolute()
    play(work / "commits.jsonl", partial(_repositories, arguments, work))


async def _repositories(arguments: argparse.Namespace, work: Path, replay: Replay) -> None:
    until = time.monotonic() + arguments.minutes * 60
    for clone in arguments.clones:
        source = clone.absolute()
        line = _line(source, arguments.commits, arguments.spare)
        name = _name(source)
        done = {state.version for state in noted(replay.notes) if state.name == name}
        left = [sha for sha in line if sha not in done]
        # Where it goes on, what was there before is looked at first, as at the beginning.
        for number, sha in enumerate(left if len(left) == len(line) else line[-len(left) - 1 :]):
            if left and time.monotonic() < until:
                state = State(name, sha)
                if number == 0:
                    state.counts, state.note = False, "here it begins"
                elif mended := _mended(source, sha):
                    state.counts, state.note = False, f"{mended[:9]} mends it"
                checkout = _checkout(source, work / "commits" / name, sha)
                seconds = arguments.seconds if number else arguments.begin
                await replay.state(state, checkout, seconds)


def _name(clone: Path) -> str:
    """A bare one may lie in a folder that is named after it."""
    named = clone.parent if clone.name in ("repo", ".git") else clone
    return named.name.rpartition("+")[2].removesuffix(".git")


def _line(clone: Path, commits: int, spare: int) -> list[str]:
    """Commits of the main line that change code, oldest first; the first is where it begins."""
    shas = _git(clone, "rev-list", "--first-parent", f"-{commits * 20}", "HEAD").split()
    chosen = [sha for sha in shas if _changes_code(clone, sha)]
    return chosen[spare : spare + commits + 1][::-1]


def _changes_code(clone: Path, sha: str) -> bool:
    paths = _git(clone, "diff", "--name-only", "-z", f"{sha}^1", sha).split("\0")
    return any(
        is_ours(path) and not by_name(path) and language_of(path, "") not in _PROSE
        for path in paths
        if path
    )


def _mended(clone: Path, sha: str) -> str:
    """The first later commit that says that it mends something, and takes out a line that came with
    this one; '' where there is none."""
    own = set(_git(clone, "rev-list", f"{sha}^1..{sha}").split())
    later = _git(clone, "rev-list", "--reverse", "--no-merges", f"{sha}..HEAD").split()
    for each in later:
        subject, _, body = _git(clone, "show", "-s", "--format=%B", each).partition("\n")
        if is_fix(subject, body) and own & _taken_out(clone, each):
            return each
    return ""


def _taken_out(clone: Path, sha: str) -> set[str]:
    """Commits whose lines a commit changes or removes."""
    found: set[str] = set()
    for path in filter(None, _git(clone, "diff", "--name-only", "-z", f"{sha}^1", sha).split("\0")):
        hunks = _HUNK.findall(_git(clone, "diff", "-U0", f"{sha}^1", sha, "--", path))
        ranges = [f"-L{start},+{count or 1}" for start, count in hunks if count != "0"]
        if ranges and is_ours(path):
            said = _git(clone, "blame", "--porcelain", *ranges, f"{sha}^1", "--", path)
            found |= set(_BLAMED.findall(said))
    return found


def _checkout(clone: Path, folder: Path, sha: str) -> Path:
    """A work tree whose branch ends with this commit."""
    if not folder.exists():
        beside = folder.with_name(folder.name + ".new")
        shutil.rmtree(beside, ignore_errors=True)
        beside.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "clone", "-q", "--shared", "-n", clone, beside], check=True)
        beside.rename(folder)
    _git(folder, "checkout", "--force", "-q", "-B", "replayed", sha)
    return folder


def _git(clone: Path, *arguments: str) -> str:
    """What git says; '' where it fails, as for the parent of a first commit."""
    done = subprocess.run(
        ["git", "-C", clone, *arguments], capture_output=True, check=False, timeout=120
    )
    return done.stdout.decode(errors="replace") if done.returncode == 0 else ""


if __name__ == "__main__":
    main()
