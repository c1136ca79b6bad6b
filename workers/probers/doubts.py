"""Whether a broken law is believed: reasons in words why it may be no bug."""

from __future__ import annotations

from workers.probers.base import Broken

_CERTAIN = {"arithmetic", "containers", "equality", "ordering", "tables"}
"""Laws of the language, which nobody breaks on purpose; tables are looked at as a whole."""
_SHARES = {"crashes": 0.1, "examples": 0.34, "documents": 0.34, "returns": 0.25, "texts": 1.0}
"""The share of all definitions that may break a law before it looks as if nobody kept it."""
_NAMED = {"growth", "round_trip"}
"""Laws that names alone suggest: what formats may leave something out on purpose."""
_FEW = 5
_GUESSES = {("examples", "written"), ("documents", "written")}


def doubts(broken: Broken) -> list[str]:
    """Of one law of one definition."""
    if broken.law in _CERTAIN:
        return []
    found = []
    if (broken.law, broken.of) in _GUESSES:
        found.append("the same may be written in another way")
    if broken.law in _NAMED:
        found.append("its name alone says that it should be so")
    if broken.law == "crashes" and broken.of.startswith("values") and broken.broken < _FEW:
        found.append("few of the values that its types allow end so")
    most = _SHARES.get(broken.law, 0.5)
    if broken.share > most and broken.law not in _NAMED:
        found.append(f"{broken.share:.0%} of all definitions break it, as if nobody kept it")
    return found
