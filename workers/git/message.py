"""What a commit says."""

from __future__ import annotations

import re

_TRAILER = re.compile(
    r"^(?:[A-Z][\w-]*-(?:by|[Tt]o|[Ii]d|[Ll]ink)|git-svn-id|Cherry-picked-from)\s*:.*$\n?"
    r"|^\(cherry picked from commit [0-9a-f]+\)$\n?",
    re.MULTILINE,
)


def said(message: str) -> tuple[str, str]:
    """The subject, and what follows it without signatures and what is written for machines."""
    subject, _, body = message.partition("\n")
    return subject.strip(), _TRAILER.sub("", body).strip()
