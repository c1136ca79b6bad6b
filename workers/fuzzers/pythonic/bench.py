"""A workspace in which a package's functions are called: what runs inside, and recorded calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.fuzzers.base import Target
from workers.fuzzers.pythonic import told
from workers.fuzzers.pythonic.scan import Scanned
from workers.runners.base import Suite
from workers.sandbox import CODE, Limits, Workspace

FOLDER = ".ponder"
BEFORE = ".ponder-before"
_INSIDE = Path(__file__).parents[1] / "inside"
_RECORD_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Bench:
    """Of one package."""

    workspace: Workspace
    suite: Suite
    log: Callable[[str], None]

    def prepare(self) -> None:
        """Write down what runs inside."""
        for source in sorted(_INSIDE.glob("*.py")):
            self.workspace.write(f"{FOLDER}/ponder_fuzz/{source.name}", source.read_bytes())

    async def python(self, arguments: Sequence[str], seconds: float, code: str = CODE) -> None:
        """Run the toolchain's interpreter with the package below `code`; what goes wrong is in the
        log."""
        roots = [code if root == "." else f"{code}/{root}" for root in self.suite.roots]
        result = await self.workspace.run(
            # Nothing is imported from the current folder but what the path names.
            [self.workspace.toolchain.python, "-P", *arguments],
            limits=Limits(seconds, seconds * 1.5 + 30, memory_mib=2048, output_kib=4096),
            environment={"PYTHONPATH": ":".join([f"{CODE}/{FOLDER}", *roots]), "TZ": "UTC"},
        )
        if not result.ok:
            said = (result.stderr or result.stdout)[-1500:]
            self.log(f"{' '.join(arguments[:3])}: {result.status} {result.exit_code} {said}")

    async def copied(self, earlier: Mapping[str, str | None]) -> None:
        """A second tree, with what the last commit changed as it was before."""
        copy = (
            f"import shutil; shutil.copytree('.', {BEFORE!r}, symlinks=True, "
            "ignore=shutil.ignore_patterns('.ponder*', '.git'), dirs_exist_ok=True)"
        )
        await self.python(["-c", copy], 60.0)
        for path, text in earlier.items():
            if text is not None:
                self.workspace.write(f"{BEFORE}/{path}", text)

    async def recorded(
        self, targets: Sequence[Target], scanned: Scanned, plugins: Sequence[str] = ()
    ) -> dict[str, list[dict[str, Any]]]:
        """Calls by a target's name: of the repository's tests, then those that sources spell
        out."""
        names = [(each.path, each.symbol) for each in targets]
        asked = {"functions": names, "seconds": _RECORD_SECONDS}
        self.workspace.write(f"{FOLDER}/calls.json", json.dumps(asked))
        if self.suite.targets:
            argv = ["-m", "pytest", "-q", "-p", "ponder_fuzz.calls", *plugins]
            argv += ["-p", "no:cacheprovider", "-p", "no:randomly", "--timeout=20", "--tb=no"]
            argv += ["--continue-on-collection-errors", "-o", "addopts=", *self.suite.targets]
            await self.python(argv, _RECORD_SECONDS * 1.5)
        seen = told.calls(self.workspace.read(f"{FOLDER}/called.json"))
        self.log(f"tests call {len(seen)} of {len(targets)} functions with plain arguments")
        return {
            each.name: [
                *seen.get(at, []),
                *scanned.calls.get(each.symbol.rpartition(".")[2], []),
            ]
            for at, each in enumerate(targets)
        }
