"""Go in the sandbox: its surroundings, and a build cache that has the standard library already.

To compile the standard library takes far longer than what is asked of most repositories. It is done
once, in a workspace without anybody's code; workspaces see the outcome read-only, by links.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workers.sandbox.scratch import remove_all
from workers.sandbox.shapes import Limits, Result
from workers.sandbox.workspace import Sandbox, Workspace

_INSIDE = ".ponder-go"
_MOUNTED = "/go-cache"
_SECONDS = 240.0
_OFTEN = (
    "bufio bytes cmp container/heap container/list context encoding/base64 encoding/binary "
    "encoding/csv encoding/hex encoding/json errors flag fmt html io log maps math math/big "
    "math/rand net/url os path/filepath reflect regexp slices sort strconv strings sync testing "
    "testing/quick text/tabwriter text/template time unicode unicode/utf16"
).split()
"""Packages that most repositories use; others are compiled where they are needed."""


@dataclass(frozen=True, slots=True)
class Go:
    """Of one workspace."""

    workspace: Workspace
    cache: Path | None

    async def run(
        self, *arguments: str, limits: Limits, environment: Mapping[str, str] | None = None
    ) -> Result:
        """Run `go` with these arguments."""
        return await self.command(
            [self.workspace.toolchain.program("go"), *arguments],
            limits=limits,
            environment=environment,
        )

    async def command(
        self, argv: list[str], *, limits: Limits, environment: Mapping[str, str] | None = None
    ) -> Result:
        """Run any command with Go's surroundings: no network, no other version, no C."""
        return await self.workspace.run(
            argv,
            limits=limits,
            environment={**self.environment, **(environment or {})},
            mounts=self.mounts,
        )

    @property
    def environment(self) -> dict[str, str]:
        """What makes Go stay here: it fetches nothing, and asks for no other version of itself."""
        return {
            "GOCACHE": f"/repository/{_INSIDE}/cache",
            "GOPATH": f"/repository/{_INSIDE}/path",
            "GOFLAGS": "-buildvcs=false",
            "GOPROXY": "off",
            "GOSUMDB": "off",
            "GOTOOLCHAIN": "local",
            "GOTELEMETRY": "off",
            "GOWORK": "off",
            "CGO_ENABLED": "0",
        }

    @property
    def mounts(self) -> dict[str, Path]:
        """What commands see besides: the compiled standard library."""
        return {_MOUNTED: self.cache} if self.cache else {}


async def go(workspace: Workspace) -> Go:
    """Go for a workspace, with the standard library compiled. The first time on a machine takes
    some twenty seconds of a processor."""
    made = Go(workspace, await _warm(workspace))
    # What is new is written beside the links: nothing of a repository gets into what others see.
    link = f"rm -rf {_INSIDE}; mkdir -p {_INSIDE}; if [ -d {_MOUNTED} ]; then "
    link += f"cp -rs {_MOUNTED} {_INSIDE}/cache; rm -f {_INSIDE}/cache/trim.txt; fi"
    await made.command(["/bin/sh", "-c", link], limits=Limits(60, 60))
    return made


async def _warm(workspace: Workspace) -> Path | None:
    """The folder; None where it could not be made, which only costs time."""
    folder = _place(workspace)
    if folder.is_dir():
        return folder
    desk = workspace.desk
    apart = Sandbox(workspace.toolchain, desk.top.parent, workspace.allowed)
    async with apart.workspace(None, spent=workspace.spent) as empty:
        imports = "\n".join(f'import _ "{name}"' for name in _OFTEN)
        empty.write("go.mod", "module warm\n")
        empty.write("warm_test.go", f"package warm\n\n{imports}\n")
        limits = Limits(_SECONDS, _SECONDS * 2, memory_mib=2048)
        built = await Go(empty, None).run("test", "-c", "-o", "/dev/null", ".", limits=limits)
        # What vet knows of the standard library is kept as well.
        await Go(empty, None).run("vet", ".", limits=limits)
        return _kept(empty, folder) if built.ok else None


def _kept(workspace: Workspace, folder: Path) -> Path | None:
    """Moved out, and readable for every account; another may have been faster."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    apart = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        workspace.take(f"{_INSIDE}/cache", apart / "cache")
        for path in (apart / "cache", *(apart / "cache").rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644, follow_symlinks=False)
        with suppress(OSError):
            (apart / "cache").rename(folder)
        return folder if folder.is_dir() else None
    except (OSError, ValueError):
        return None
    finally:
        remove_all(apart)


def _place(workspace: Workspace) -> Path:
    """With the toolchain, which all workers of a machine share; beside the workspaces where that is
    not ours to write to. By the version: the caches of two have nothing in common."""
    version = next(workspace.toolchain.folder.glob("lib/python3*/site-packages/go/VERSION"), None)
    name = version.read_text().split()[0] if version else "unknown"
    shared = workspace.toolchain.folder / "go-cache"
    if (shared / name).is_dir() or os.access(workspace.toolchain.folder, os.W_OK):
        return shared / name
    return workspace.desk.top.parent.with_name("go-cache") / name
