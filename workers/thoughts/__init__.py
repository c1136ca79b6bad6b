"""Thoughts: one file each, and one line in this table. A Thought never imports another: it asks for
one by returning a follow-up."""

from __future__ import annotations

from workers.thoughts import (
    draft_patch,
    fuzz,
    generate_tests,
    hypothesize_bug,
    map_repo,
    prioritize,
    profile,
    scan_diff,
    smell_hunt,
    summarize,
    verify,
)
from workers.thoughts.base import Thought

THOUGHTS: dict[str, Thought] = {
    "draft_patch": draft_patch,
    "fuzz": fuzz,
    "generate_tests": generate_tests,
    "hypothesize_bug": hypothesize_bug,
    "map_repo": map_repo,
    "prioritize": prioritize,
    "profile": profile,
    "scan_diff": scan_diff,
    "smell_hunt": smell_hunt,
    "summarize": summarize,
    "verify": verify,
}
"""By the name that users and other Thoughts call them."""
