"""What a person may point Ponder at: a path, a git URL, or owner/name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pygit2

from core.errors import UserError

SCHEMES = ("http", "https", "ssh", "file", "git")
_OWNER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")
_SCP = re.compile(r"(?:[\w.-]+@)?[\w.-]+\.?[\w-]*:(?!:)(?!//).+")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class Source:
    """`location` is what git fetches from: an absolute path or a URL without a password."""

    name: str
    location: str
    local: bool


def source_of(text: str, *, github_url: str = "https://github.com") -> Source:
    """Read REPO as a person gives it. Raises UserError where git could never fetch from it."""
    if _URL.match(text) or "::" in text:
        return _of_url(text)
    path = Path(text).expanduser()
    if path.exists():
        return _of_path(path)
    if _OWNER_NAME.fullmatch(text):
        return Source(text, f"{github_url}/{text}.git", local=False)
    if text.startswith("-"):
        raise UserError(f"A repository's name cannot start with '-': {text}.")
    if _SCP.fullmatch(text):
        return Source(_name_of(text.partition(":")[2]), text, local=False)
    raise UserError(f"There is no folder {text}; give a path, a git URL, or owner/name.")


def _of_url(text: str) -> Source:
    scheme = text.partition(":")[0].lower()
    if "::" in text.partition("/")[0] or scheme not in SCHEMES:
        raise UserError(
            f"Ponder does not fetch over '{scheme}'; "
            f"give a path or a URL that starts with {', '.join(s + '://' for s in SCHEMES)}."
        )
    parts = urlsplit(text)
    if scheme == "file":
        return _of_path(Path(unquote(parts.path)))
    if parts.password is not None:
        raise UserError(
            "Leave the password out of the URL, where it would be stored and shown; "
            "let a git credential helper or the GitHub App supply it."
        )
    if not parts.hostname or parts.hostname.startswith("-"):
        raise UserError(f"The URL {text} names no host.")
    return Source(_name_of(parts.path), text, local=False)


def _of_path(path: Path) -> Source:
    if not path.exists():
        raise UserError(f"There is no folder {path}; give the path of a git repository.")
    found = pygit2.discover_repository(str(path))
    if found is None:
        raise UserError(
            f"{path} is not a git repository; run 'git init' and commit there, "
            "or give another path."
        )
    # A work tree is named by its folder, however deep inside of it the path points.
    folder = Path(pygit2.Repository(found).workdir or found).resolve()
    return Source(folder.name.removesuffix(".git") or str(folder), str(folder), local=True)


def _name_of(path: str) -> str:
    return path.strip("/").removesuffix(".git").lstrip("~")
