"""Runs what a repository says: no network, no secrets, no way out; never anywhere else."""

from workers.sandbox.shapes import Limits, Result
from workers.sandbox.toolchain import Toolchain, installed
from workers.sandbox.workspace import Sandbox, Workspace, open_sandbox

__all__ = ["Limits", "Result", "Sandbox", "Toolchain", "Workspace", "installed", "open_sandbox"]
