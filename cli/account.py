"""Whose processes the embedded servers are: ours or, because PostgreSQL refuses root, nobody's."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import UserError

UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def differs(self) -> bool:
        """Whether a process must change its user to become this account."""
        return self.uid != os.geteuid()

    @property
    def switch(self) -> dict[str, Any]:
        """What `subprocess` needs to start a process as this account."""
        if not self.differs:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def enters(self, path: Path) -> bool:
        """Whether this account may enter a folder, or execute a file, and everything above it.

        Asked of the kernel rather than read from modes: there are access control lists too.
        """
        return self._succeeds(["test", "-x", str(path)])

    def owns(self, folder: Path) -> None:
        """Make a folder, and hand it over to this account."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.differs:
            os.chown(folder, self.uid, self.gid)

    def _succeeds(self, command: list[str]) -> bool:
        try:
            done = subprocess.run(command, cwd="/", check=False, timeout=30, **self.switch)
        except PermissionError as error:
            raise UserError(
                f"PostgreSQL refuses to run as root, and this root may not become '{self.name}'; "
                "run Ponder as an ordinary user, or set DATABASE_URL and REDIS_URL."
            ) from error
        return done.returncode == 0


def of_servers() -> Account:
    """Raise UserError where PostgreSQL could not run at all."""
    uid = os.geteuid()
    try:
        entry = pwd.getpwnam(UNPRIVILEGED) if uid == 0 else pwd.getpwuid(uid)
    except KeyError as error:
        missing = f"named '{UNPRIVILEGED}'" if uid == 0 else f"with the number {uid}"
        raise UserError(
            f"The embedded PostgreSQL needs an account {missing} in /etc/passwd; add one, "
            "or set DATABASE_URL and REDIS_URL."
        ) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
