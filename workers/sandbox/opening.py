"""Whether a sandbox works on this machine: asked of the sandbox itself, before anything is run."""

from __future__ import annotations

import os
import platform
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

from workers.sandbox import scratch
from workers.sandbox.seccomp import program
from workers.sandbox.shapes import Limits, Result
from workers.sandbox.toolchain import installed
from workers.sandbox.workspace import Sandbox

PROGRAMS = {
    "bwrap": "bubblewrap",
    "prlimit": "util-linux",
    "setpriv": "util-linux",
    "du": "coreutils",
    "find": "findutils",
}
"""What is started outside, and the Debian package that has it."""

_LIMITS = Limits(wall_seconds=20, cpu_seconds=20, memory_mib=256)
_QUESTION = 'grep -E "^(Uid|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status'
_STATUS = {"Uid:": "1000", "CapBnd:": "0000000000000000", "NoNewPrivs:": "1", "Seccomp:": "2"}

_DOCKER = (
    "allow user namespaces (in Docker, for the worker: --security-opt seccomp=unconfined "
    "--security-opt apparmor=unconfined --security-opt systempaths=unconfined; on Ubuntu: "
    "sysctl kernel.apparmor_restrict_unprivileged_userns=0)"
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing can be executed here, and how to mend it."""

    found: str
    mend: str


async def open_sandbox(folder: Path) -> Sandbox | None:
    """None where nothing can be executed safely on this machine; `ponder doctor` says why. `folder`
    is where workspaces are made."""
    opened = await examine(folder)
    return None if isinstance(opened, Trouble) else opened


async def examine(folder: Path) -> Sandbox | Trouble:
    """The sandbox, after it ran something and all of its walls stood; or why there is none. What
    killed workers left in the folder is removed."""
    toolchain, allowed = installed(), program()
    if toolchain is None:
        return Trouble("the toolchain is not installed", "run 'make toolchain'")
    if allowed is None:
        return Trouble(
            f"no filter of system calls for {platform.machine()}", "use x86-64 or 64-bit ARM"
        )
    if trouble := _missing():
        return trouble
    try:
        scratch.sweep(folder)
        sandbox = Sandbox(toolchain, folder, allowed)
        return await _tried(sandbox) or sandbox
    except OSError as error:
        return Trouble(f"{folder}: {error.strerror}", "let Ponder write to its data folder")


def _missing() -> Trouble | None:
    for name, package in PROGRAMS.items():
        if shutil.which(name) is None:
            return Trouble(f"{name} is not installed", f"install it: 'apt install {package}'")
    if not Path(f"/proc/self/task/{threading.get_native_id()}/children").exists():
        return Trouble(
            "the kernel does not tell the children of a process",
            "use one with CONFIG_PROC_CHILDREN",
        )
    return None


async def _tried(sandbox: Sandbox) -> Trouble | None:
    async with sandbox.workspace(None) as workspace:
        said = await workspace.run(["/bin/sh", "-c", _QUESTION], limits=_LIMITS)
        if not said.ok:
            return _refused(said)
        if missing := _fallen(said.stdout):
            return Trouble(f"the sandbox has no {missing}", "install bubblewrap 0.8 or newer")
        python = await workspace.run(["python", "-c", ""], limits=_LIMITS)
    if not python.ok:
        return Trouble("the toolchain's Python does not start", "run 'make toolchain'")
    return None


def _refused(said: Result) -> Trouble:
    first = said.stderr.strip().partition("\n")[0] or f"{said.status}, exit code {said.exit_code}"
    if "nknown option" in first:
        return Trouble("bubblewrap is too old", "install bubblewrap 0.8 or newer")
    ordinary = "run the worker as an ordinary user, and " if os.geteuid() == 0 else ""
    return Trouble(first, ordinary + _DOCKER)


def _fallen(status: str) -> str:
    """The wall that does not stand."""
    said = {line.split()[0]: line.split()[1] for line in status.splitlines() if ":\t" in line}
    return next((name for name, value in _STATUS.items() if said.get(name) != value), "")
