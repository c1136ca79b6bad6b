"""The secret key: named by the environment, or generated once beside the embedded stores."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

_NAME = "PONDER_SECRET_KEY"
_OLD_NAMES = "PONDER_OLD_SECRET_KEYS"
_LEAST = 16


def is_ours(environment: Mapping[str, str]) -> bool:
    """Whether the key is a file of the data directory."""
    return not environment.get(_NAME) and not environment.get("DATABASE_URL")


def read(environment: Mapping[str, str], data_dir: Path, problems: list[str]) -> str:
    """Several hosts that use the same stores must share it."""
    named = environment.get(_NAME, "")
    if not is_ours(environment):
        if len(named) < _LEAST:
            problems.append(_missing(environment))
        return named
    path = data_dir / "secret_key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write(path)
        return path.read_text().strip()
    except OSError as error:
        problems.append(f"PONDER_DATA_DIR {data_dir} cannot be written: {error.strerror}")
        return ""


def _missing(environment: Mapping[str, str]) -> str:
    if environment.get("DATABASE_URL"):
        return f"{_NAME} must be set to at least {_LEAST} characters when DATABASE_URL is set"
    return f"{_NAME} must have at least {_LEAST} characters"


def read_old(environment: Mapping[str, str], data_dir: Path) -> tuple[str, ...]:
    """Keys that still open what they sealed. One with a comma in it is understood as a whole."""
    whole = environment.get(_OLD_NAMES, "")
    named = list(dict.fromkeys(key.strip() for key in (whole, *whole.split(",")) if key.strip()))
    path = _old(data_dir)
    if is_ours(environment) and path.is_file():
        named.append(path.read_text().strip())
    return tuple(named)


def renew(data_dir: Path) -> None:
    """A new key; the one before is kept until `forget_old`. Where that did not come to its end the
    last time, the new key stays."""
    path = data_dir / "secret_key"
    if path.exists() and not _old(data_dir).exists():
        path.rename(_old(data_dir))
    if not path.exists():
        _write(path)


def forget_old(data_dir: Path) -> None:
    _old(data_dir).unlink(missing_ok=True)


def _old(data_dir: Path) -> Path:
    return data_dir / "secret_key.old"


def _write(path: Path) -> None:
    """Whole or not at all, and once: of two processes that start together, one's key is kept."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(secrets.token_urlsafe(32))
    try:
        os.link(unfinished, path)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
