"""Whether a broken law is believed: reasons in words why it may be no bug."""

from __future__ import annotations

from workers.probers.base import Broken

_CERTAIN = {"arithmetic", "containers", "equality", "ordering"}
"""Laws of the language, which nobody breaks on purpose."""
_SHARES = {
    "crashes": 0.25,
    "examples": 0.34,
    "documents": 0.34,
    "returns": 0.25,
    "tables": 1.0,
    "texts": 1.0,
}
"""The share of all definitions that may break a law before it looks as if nobody kept it."""
_NAMED = {"growth", "round_trip"}
"""Laws that names alone suggest: what formats may leave something out on purpose."""
_FEW = 5
_LONG = 40
_PUT_TOGETHER = {"values", "operands"}
"""Calls that nobody wrote: where some come back, the others may ask for what is not meant."""
_GUESSES = {(law, of) for law in ("examples", "documents") for of in ("written", "noted")}
_KEPT = 8


def doubts(broken: Broken) -> list[str]:
    """Of one law of one definition."""
    if broken.law in _CERTAIN:
        return []
    found = []
    many = broken.kept >= _KEPT * broken.broken and not broken.message.startswith("it ended")
    if (broken.law, broken.of) in _GUESSES and not many:
        found.append("the same may be written in another way")
    if broken.law in _NAMED:
        found.append("its name alone says that it should be so")
    if broken.law == "crashes" and broken.of == "bare":
        found.append("it takes nothing, and may need what stands around the call")
    alone = not broken.held and broken.broken >= _FEW
    if broken.law == "crashes" and broken.of in _PUT_TOGETHER and not alone:
        found.append("other values that its types allow come back, or few were tried")
    if broken.law == "tables" and broken.held < _LONG:
        found.append("the table is short, and may be about something else")
    most = _SHARES.get(broken.law, 0.5)
    if broken.share > most and broken.law not in _NAMED:
        found.append(f"{broken.share:.0%} of all definitions break it, as if nobody kept it")
    return found
