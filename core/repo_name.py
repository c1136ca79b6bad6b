"""REPO as a person writes it: a path, a git URL or `owner/name`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from core.errors import UserError

SCHEMES = ("http", "https", "ssh", "file", "git")
_OWNER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9_-][A-Za-z0-9._-]*")
_SCP = re.compile(r"(?:[A-Za-z0-9][\w.-]*@)?[A-Za-z0-9][\w.-]*:(?![/:\\])\S+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")


class Named(NamedTuple):
    """`source` is what git fetches from: an absolute path, or a URL without a password."""

    name: str
    source: str


def parse_repo(text: str, github_url: str, *, here: Path | None = None) -> Named:
    """Raise UserError where git could never fetch from it, or must not.

    Touches no file: where `owner/name` is also a folder, the caller decides by giving its path.
    Relative paths start at `here`; without one (in the browser) they are refused.
    """
    text = text.strip()
    if not text or any(ord(character) < 32 for character in text):
        raise UserError("Name a repository: a path, a git URL or owner/name.")
    if text.startswith("-"):
        raise UserError(f"A repository's name cannot start with '-': {text}.")
    if "://" in text or "::" in text.partition("/")[0]:
        return _url(text)
    if _OWNER_NAME.fullmatch(text):
        name = text.removesuffix(".git")
        return Named(name, f"{github_url}/{name}.git")
    if _SCP.fullmatch(text):
        return Named(_name(text.partition(":")[2]), text)
    return _path(text, here)


def is_local(source: str) -> bool:
    """Whether the source is a folder of this machine."""
    return source.startswith("/")


def top_folder(path: Path) -> Named:
    """The repository that a folder is in: a work tree is named by its top, however deep inside it
    the path points. Raise UserError where there is none."""
    if not path.exists():
        raise UserError(f"There is no folder {path}; give the path of a git repository.")
    path = path.resolve()
    for folder in (path, *path.parents):
        if folder.name != ".git" and ((folder / ".git").exists() or _is_bare(folder)):
            return Named(folder.name.removesuffix(".git") or str(folder), str(folder))
    raise UserError(
        f"{path} is not a git repository; run 'git init' and commit there, or give another path."
    )


def _is_bare(folder: Path) -> bool:
    parts = (folder / "HEAD").is_file(), (folder / "objects").is_dir(), (folder / "refs").is_dir()
    return all(parts)


def _url(text: str) -> Named:
    scheme = _scheme(text)
    if scheme not in SCHEMES or "::" in text.partition("/")[0]:
        raise UserError(
            f"Ponder does not fetch over '{scheme}'; "
            f"give a path or a URL that starts with {', '.join(s + '://' for s in SCHEMES)}."
        )
    try:
        url = urlsplit(text)
        host = url.hostname or ""
    except ValueError as error:
        raise UserError(f"'{text}' is no URL; write it like https://host/owner/name.") from error
    if scheme == "file":
        return _path(unquote(url.path), None)
    if url.password or (url.username and scheme != "ssh"):
        raise UserError(
            "Leave the password out of the URL, where it would be stored and shown; "
            "let a git credential helper or the GitHub App supply it."
        )
    if not host or host.startswith("-"):
        raise UserError(f"The URL {text} names no host.")
    if not _name(url.path):
        raise UserError(f"The URL {text} names no repository.")
    return Named(_name(url.path), text.rstrip("/"))


def _scheme(text: str) -> str:
    match = _SCHEME.match(text)
    return match[0].lower() if match else text.partition(":")[0]


def _name(path: str) -> str:
    return path.strip("/").removesuffix(".git").lstrip("~")


def _path(text: str, here: Path | None) -> Named:
    path = Path(text)
    if text == "~" or text.startswith("~/"):
        path = path.expanduser()
    if not path.is_absolute() and here is None:
        raise UserError(f"There is no folder {text}; give a whole path, a git URL, or owner/name.")
    path = (here or Path("/")) / path
    return Named(path.name.removesuffix(".git") or str(path), str(path))
