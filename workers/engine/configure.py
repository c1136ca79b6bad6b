"""What .github/ponder.yml says of Continual Learning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.repo_config import PATH, parse
from workers import git


def configured(mirror: Path, commit: str) -> tuple[dict[str, Any], str]:
    """The settings that are right, and what is wrong with the others in a sentence, '' for nothing.
    The file is the repository's: it may lower what is spent, and never breaks anything."""
    found = git.blob_at(mirror, commit, PATH)
    if found is None:
        return {}, ""
    parsed = parse(found[1])
    wrong = [p for p in parsed.problems if p.key.partition(".")[0] in ("", "learning")]
    return dict(parsed.config.learning), " ".join(map(str, wrong))[:500]
