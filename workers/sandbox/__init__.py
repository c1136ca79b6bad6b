"""Runs what a repository says: no network, no secrets, no way out; never anywhere else."""

from workers.sandbox.command import CODE
from workers.sandbox.golang import Go, go
from workers.sandbox.opening import Trouble, examine, open_sandbox
from workers.sandbox.shapes import Given, Limits, Result
from workers.sandbox.toolchain import Toolchain, installed
from workers.sandbox.workspace import Sandbox, Workspace

__all__ = [
    "CODE",
    "Given",
    "Go",
    "Limits",
    "Result",
    "Sandbox",
    "Toolchain",
    "Trouble",
    "Workspace",
    "examine",
    "go",
    "installed",
    "open_sandbox",
]
