"""python -m benchmarks.quiet FOLDER…: what smell_hunt claims about folders of clean code."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from core.db.findings import Claim
from workers.index.skip import by_content, by_name
from workers.languages import language_of
from workers.linters.places import is_ours
from workers.sandbox import Sandbox, open_sandbox
from workers.thoughts import smell_hunt
from workers.thoughts.reader import File
from workers.thoughts.smell_hunt import Due, Hunt
from workers.thoughts.tools import Tools


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quiet", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--all", action="store_true", help="show suspicions too")
    arguments = parser.parse_args()
    asyncio.run(_judge(arguments.folders, arguments.all))


async def _judge(folders: list[Path], show_all: bool) -> None:
    with TemporaryDirectory() as scratch:
        sandbox = await open_sandbox(Path(scratch))
        if sandbox is None:
            raise SystemExit("There is no sandbox here; 'ponder doctor' says why.")
        for folder in folders:
            began = time.monotonic()
            looked = files(folder)
            found = await claims(sandbox, folder, looked)
            counts = Counter(each.evidence for each in found)
            print(
                f"{folder}: {len(looked)} files, {time.monotonic() - began:.0f} s, {dict(counts)}"
            )
            for each in found:
                if show_all or _is_loud(each):
                    print(
                        f"  {each.evidence} {each.severity} {each.path}:{each.start_line} "
                        f"{each.rule} {each.message}"
                    )


def _is_loud(claim: Claim) -> bool:
    return claim.evidence == "proven" and claim.severity != "low"


def files(folder: Path) -> list[File]:
    """As the index has them."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink() or not path.is_file() or by_name(name):
            continue
        content = path.read_bytes()
        language = language_of(name, content[:200].decode(errors="replace"))
        if by_content(content, language) is None and is_ours(name):
            found.append(File(name, 0, language))
    return found


async def claims(sandbox: Sandbox, folder: Path, looked: list[File]) -> list[Claim]:
    """A batch after the other, as smell_hunt looks at a repository."""
    found: list[Claim] = []
    for start in range(0, len(looked), smell_hunt.MOST_FILES):
        batch = tuple(looked[start : start + smell_hunt.MOST_FILES])
        tools = Tools(folder, smell_hunt.LIMITS, sandbox)
        outcome = await smell_hunt.run(tools, Hunt("", tuple(Due(each, "") for each in batch)))
        found += outcome.claims
        for line in tools.lines:
            if "did not get through" in line:
                print(" ", line)
    return found


if __name__ == "__main__":
    main()
