"""REPO as a person writes it: a path, a git URL or `owner/name`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from core.errors import UserError

_OWNER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")
_SCP = re.compile(r"(?:[A-Za-z0-9][\w.-]*@)?[A-Za-z0-9][\w.-]*:(?![/:\\])[^\s]+")
_SCHEMES = ("http", "https", "ssh")


class Named(NamedTuple):
    """`source` is what git fetches from: an absolute path or an URL."""

    name: str
    source: str


def parse_repo(text: str, github_url: str, *, here: Path | None = None) -> Named:
    """Raise UserError where the text is none of the three.

    Touches no file: where `owner/name` is also a folder, the caller decides by passing
    `./owner/name`. Relative paths start at `here`; without one (in the browser) they are refused.
    """
    text = text.strip()
    if not text or any(ord(character) < 32 for character in text):
        raise UserError("Name a repository: a path, a git URL or owner/name.")
    if "://" in text:
        return _url(text)
    if _OWNER_NAME.fullmatch(text):
        return Named(text.removesuffix(".git"), f"{github_url}/{text.removesuffix('.git')}")
    if _SCP.fullmatch(text):
        return Named(_last_two(text.partition(":")[2]), text)
    return _path(text, here)


def is_local(source: str) -> bool:
    """Whether the source is a folder of this machine."""
    return source.startswith("/")


def _url(text: str) -> Named:
    try:
        url = urlsplit(text)
        host = url.hostname or ""
    except ValueError as error:
        raise UserError(f"'{text}' is no URL; write it like https://host/owner/name.") from error
    if url.scheme == "file":
        return _path(unquote(url.path), None)
    if url.scheme not in _SCHEMES:
        raise UserError(f"'{url.scheme}://' is not supported; use https://, ssh:// or file://.")
    if url.password or (url.username and url.scheme != "ssh"):
        raise UserError(
            "Leave the credentials out of the URL; git's credential helper keeps them safer."
        )
    if not host or host.startswith("-") or not url.path.strip("/"):
        raise UserError(f"'{text}' names no repository; write it like https://host/owner/name.")
    return Named(_last_two(url.path), text.rstrip("/"))


def _last_two(path: str) -> str:
    parts = [part for part in path.removesuffix("/").removesuffix(".git").split("/") if part]
    return "/".join(parts[-2:])


def _path(text: str, here: Path | None) -> Named:
    path = Path(text)
    if text == "~" or text.startswith("~/"):
        path = path.expanduser()
    if not path.is_absolute():
        if here is None:
            raise UserError(
                f"'{text}' is no repository that can be found from here; give the whole path, "
                "a git URL or owner/name."
            )
        path = here / path
    # Without resolving symlinks: the name that was given is the name that is shown.
    parts: list[str] = []
    for part in path.parts[1:]:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    if not parts:
        raise UserError("The root folder is no repository; give the path of one.")
    return Named(parts[-1].removesuffix(".git") or parts[-1], "/" + "/".join(parts))
