"""What .github/ponder.yml says of Continual Learning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from core.learning import problems, usable
from workers import git

PATH = ".github/ponder.yml"
_LARGEST = 100_000


def configured(mirror: Path, commit: str) -> tuple[dict[str, Any], str]:
    """The settings that are right, and what is wrong with the others in a sentence, '' for nothing.
    The file is the repository's: it may lower what is spent, and never breaks anything."""
    found = git.blob_at(mirror, commit, PATH)
    if found is None or len(found[1]) > _LARGEST:
        return {}, ""
    try:
        document = yaml.safe_load(found[1])
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        return {}, f"{PATH} is no YAML; see the example in the user guide."
    said = document.get("learning", {}) if isinstance(document, dict) else {}
    wrong = [f"learning{'.' if at else ''}{at} {why}" for at, why in problems(said)]
    return usable(said), f"In {PATH}: {'; '.join(wrong)[:500]}." if wrong else ""
