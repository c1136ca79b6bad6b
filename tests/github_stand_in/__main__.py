"""A GitHub to try Ponder with: python -m tests.github_stand_in --git PATH

Prints the environment that connects a Ponder to it, as lines for a shell. A line on standard input
is a comment that alice writes in issue 1; what is said there is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import shlex
import sys
import tempfile
from pathlib import Path

from tests.github_stand_in.server import StandIn
from tests.github_stand_in.world import Repository

ISSUE = 1


async def serve(port: int, git: Path, ponder: str) -> None:
    async with StandIn().serve(port) as stand_in:
        installation = stand_in.world.installation("octo")
        repository = stand_in.world.repository(installation, "project", private=True)
        repository.git = git / ".git" if (git / ".git").exists() else git
        stand_in.visitor = stand_in.world.account("octo")
        stand_in.webhooks.target = f"{ponder}/webhooks/github"
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as key:
            key.write(stand_in.private_key)
            key.flush()
            for name, value in (stand_in.environment | {"GITHUB_PRIVATE_KEY": key.name}).items():
                print(f"export {name}={shlex.quote(value)}")
            print(f"# Start ponder up with these at {ponder}, then write a comment.", flush=True)
            await asyncio.gather(_write(stand_in, repository), _show(stand_in, repository))


async def _write(stand_in: StandIn, repository: Repository) -> None:
    installation = stand_in.world.installation_of(repository)
    installed = False
    while line := await asyncio.to_thread(sys.stdin.readline):
        if not installed:
            await stand_in.webhooks.send("installation", stand_in.webhooks.installed(installation))
            installed = True
        _, sent = await stand_in.webhooks.comment(repository, ISSUE, line)
        print(f"{sent.status} {sent.answer}", flush=True)


async def _show(stand_in: StandIn, repository: Repository) -> None:
    shown = 0
    while True:
        comments = repository.thread(ISSUE).comments
        for comment in comments[shown:]:
            print(f"\n--- {comment.author.login}\n{comment.body}", flush=True)
        shown = len(comments)
        for violation in stand_in.violations:
            print(f"!!! {violation}", file=sys.stderr)
        stand_in.violations.clear()
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.github_stand_in", description=__doc__)
    parser.add_argument("--git", type=Path, required=True, help="the repository octo/project")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--ponder", default="http://127.0.0.1:8000", help="where webhooks go")
    options = parser.parse_args()
    try:
        asyncio.run(serve(options.port, options.git.resolve(), options.ponder))
    except KeyboardInterrupt:
        sys.exit(130)
