"""What a person may point Ponder at: a path, a git URL, or owner/name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.repo_name import SCHEMES, is_local, parse_repo, top_folder

__all__ = ["SCHEMES", "Source", "source_of"]


@dataclass(frozen=True, slots=True)
class Source:
    """`location` is what git fetches from: an absolute path or a URL without a password."""

    name: str
    location: str
    local: bool


def source_of(text: str, *, github_url: str = "https://github.com") -> Source:
    """Read REPO as a person gives it in a terminal, where a folder goes before owner/name.

    Raises UserError where git could never fetch from it.
    """
    here = Path.cwd()
    path = here / Path(text).expanduser()
    is_folder = bool(text) and "://" not in text and path.exists()
    named = parse_repo(str(path) if is_folder else text, github_url, here=here)
    local = is_local(named.source)
    if local:
        named = top_folder(Path(named.source))
    return Source(named.name, named.source, local=local)
