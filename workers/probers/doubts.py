"""Whether a broken law is believed: reasons in words why it may be no bug."""

from __future__ import annotations

from workers.probers.base import Broken

_CERTAIN = {"equality", "ordering"}
"""Laws of the language: nobody breaks them on purpose."""
_SHARES = {"examples": 0.25, "tables": 1.0, "returns": 0.25}
"""The share of all definitions that may break a law before it looks as if nobody kept it."""
_GUESSES = {("examples", "written")}


def doubts(broken: Broken) -> list[str]:
    """Of one law of one definition."""
    if broken.law in _CERTAIN:
        return []
    found = []
    if (broken.law, broken.of) in _GUESSES:
        found.append("the same may be written in another way")
    most = _SHARES.get(broken.law, 0.0)
    if broken.share > most:
        found.append(f"{broken.share:.0%} of all definitions break it, as if nobody kept it")
    return found
