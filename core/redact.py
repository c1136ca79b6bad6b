"""Mask secrets before a text leaves the machine: a model's prompt, a log line, a comment."""

from __future__ import annotations

import math
import re
from collections import Counter

MASK = "[secret removed by Ponder]"

# High-confidence shapes: a false alarm costs an answer, so each is anchored on a vendor's prefix.
_SHAPES = (
    r"gh[pousr]_[A-Za-z0-9._-]{36,}",
    r"github_pat_[A-Za-z0-9_]{22,}",
    r"glpat-[A-Za-z0-9_-]{20,}",
    r"sk-(?:proj-|ant-|live-)?[A-Za-z0-9_-]{20,}",
    r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}",
    r"AIza[A-Za-z0-9_-]{35}",
    r"ya29\.[A-Za-z0-9_-]{20,}",
    r"xox[abposr]-[A-Za-z0-9-]{10,}",
    r"https://hooks\.slack\.com/services/[A-Za-z0-9/]{20,}",
    r"npm_[A-Za-z0-9]{36}",
    r"pypi-[A-Za-z0-9_-]{50,}",
    r"hf_[A-Za-z0-9]{30,}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    r"dop_v1_[a-f0-9]{64}",
    r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    r"(?<=://)[^\s:/@'\"]+:[^\s:/@'\"]+(?=@[\w.-]+)",
)
_SHAPE = re.compile("|".join(f"(?:{shape})" for shape in _SHAPES))
_ASSIGNED = re.compile(
    r"""(?i)((?:api|access|auth|client|private|secret|encryption|signing)[_-]?(?:key|token|secret)"""
    r"""|passw(?:or)?d|secret|token)(["']?\s*(?:=|:|=>)\s*["'])([^"'\s]{12,})(?=["'])"""
)


def _entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def _assigned(match: re.Match[str]) -> str:
    """A quoted value given to a secret's name counts only if it looks random: names of settings
    and translation keys stand in such places too."""
    name, between, value = match.groups()
    random = _entropy(value) >= 3.5 and any(c.isdigit() for c in value)
    return f"{name}{between}{MASK}" if random else match.group(0)


def redact(text: str) -> str:
    """Return the text with secrets masked. Lines stay lines, so that line numbers stay right."""

    def mask(match: re.Match[str]) -> str:
        return MASK + "\n" * match.group(0).count("\n")

    return _ASSIGNED.sub(_assigned, _SHAPE.sub(mask, text))
