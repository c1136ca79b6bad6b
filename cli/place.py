"""Where the embedded servers keep their files and find their programs.

Everything is within the data directory, unless root's servers, which run as another account, may
not enter it: a HOME of mode 0700 shuts them out, and no mode outside the data directory is ever
changed. Then they have a folder of their own in the system's place for such things.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cli.account import Account, of_servers
from core.errors import UserError

SYSTEM = Path("/var/lib/ponder")


@dataclass(frozen=True, slots=True)
class Place:
    """`records` is Ponder's own: locks, ports, passwords, logs. `files` is the servers'."""

    account: Account
    records: Path
    files: Path

    def password(self, name: str) -> str:
        """The password of one server, made at its first use."""
        path = self.records / f"{name}.password"
        if not path.exists():
            path.touch(mode=0o600)
        if not path.read_text():
            path.write_text(secrets.token_urlsafe(24))
        return path.read_text()


def records_of(data_dir: Path) -> Path:
    return data_dir.absolute() / "stores"


def find(data_dir: Path) -> Place:
    """Raise UserError where the servers could not use any place. Call it under the start lock."""
    account = of_servers()
    records = records_of(data_dir)
    remembered = records / "place"
    if not remembered.exists():
        _write(remembered, str(_choose(account, records)))
    place = Place(account, records, Path(remembered.read_text()))
    try:
        _make(place)
    except OSError as error:
        raise _shut_out(account, f"{place.files} cannot be made: {error.strerror}") from error
    if place.files.stat().st_uid != account.uid:
        raise UserError(
            f"The stores in {records} belong to another user; run Ponder as that user, or set "
            "PONDER_DATA_DIR to another directory."
        )
    if not account.enters(place.files):
        raise _shut_out(account, f"'{account.name}' may not enter {place.files}")
    return place


def _make(place: Place) -> None:
    if place.files.parent == SYSTEM and not SYSTEM.exists():
        SYSTEM.mkdir(parents=True)
        SYSTEM.chmod(0o755)  # whatever root's umask is
    if not place.files.exists():
        place.account.owns(place.files)


def _choose(account: Account, records: Path) -> Path:
    if account.differs:
        records.chmod(0o711)
    if account.enters(records):
        return records / "servers"
    # The name is random and remembered in the data directory: a new one has a new database.
    return SYSTEM / secrets.token_hex(8)


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text)
    unfinished.replace(path)


def _shut_out(account: Account, problem: str) -> UserError:
    return UserError(
        f"The embedded stores have no place: {problem}; set PONDER_DATA_DIR to a directory which "
        f"the user '{account.name}' may enter, or set DATABASE_URL and REDIS_URL."
    )


def programs(account: Account, distribution: str, package: str, *beside: str) -> Path:
    """The folder of a wheel's package, in a place where the account may execute what is in it.

    `beside` names the folders next to the package which its programs load libraries from.
    """
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise UserError(
            f"The package {distribution} with the embedded server is not installed; run "
            "'make run', or set DATABASE_URL and REDIS_URL."
        )
    installed = Path(found.origin).parent
    if account.enters(installed):
        return installed
    version = importlib.metadata.version(distribution)
    copied = SYSTEM / "programs" / f"{distribution}-{version}"
    if not copied.exists():
        _copy(account, installed.parent, (package, *beside), copied)
    return copied / package


def _copy(account: Account, source: Path, folders: tuple[str, ...], target: Path) -> None:
    """Copied under another name first: nobody ever sees half of it."""
    try:
        for folder in (SYSTEM, target.parent):
            if not folder.exists():
                folder.mkdir(parents=True)
                folder.chmod(0o755)
        unfinished = Path(tempfile.mkdtemp(dir=target.parent))
        for name in folders:
            if (source / name).is_dir():
                shutil.copytree(source / name, unfinished / name, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.replace(target)
    except OSError as error:
        if not target.exists():
            raise _shut_out(
                account,
                f"'{account.name}' may not execute {source}, and copying to {target} failed: "
                f"{error.strerror}",
            ) from error
