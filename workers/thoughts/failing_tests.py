"""What is claimed of code that failing tests are traced to."""

from __future__ import annotations

from pathlib import Path

from core.db.findings import Claim, Severity
from workers.runners.trial import Cause
from workers.thoughts.base import digest, fingerprint

RULE = "failing-test"


def claim(code: Path, cause: Cause) -> Claim:
    """Reproduced where a test that stands alone shows it; a guess otherwise."""
    place, test = cause.suspect.place, cause.test
    said = test.message.strip().splitlines() or [""]
    what = f"{test.kind.rpartition('.')[2]}: {said[0]}"[:300].rstrip(": ")
    return Claim(
        fingerprint(RULE, place.path, place.symbol, ""),
        RULE,
        _severity(cause),
        "reproduced" if cause.reproducer else "suspected",
        place.path,
        cause.suspect.start_line,
        cause.suspect.end_line,
        f"`{place.symbol}` does not do what `{test.id}` asks of it: {what}",
        symbol=place.symbol,
        explanation=_explanation(cause),
        reproducer=cause.reproducer,
        content=digest(_text(code, place.path, place.start_line, place.end_line)),
    )


def _severity(cause: Cause) -> Severity:
    """What breaks much, or ends in an exception of the code itself, weighs more."""
    raised = bool(cause.test.frames) and cause.test.frames[-1].path == cause.suspect.place.path
    return "high" if raised or len(cause.tests) > 3 else "medium"


def _explanation(cause: Cause) -> str:
    place, tests = cause.suspect.place, cause.tests
    listed = "\n".join(f"- `{test}`" for test in tests[:10])
    more = f"\n- and {len(tests) - 10} more" if len(tests) > 10 else ""
    first, last = cause.suspect.start_line, cause.suspect.end_line
    lines = f"line {first}" if first == last else f"lines {first} to {last}"
    return (
        f"These tests failed each time they were run, in their own order and backwards:\n\n"
        f"{listed}{more}\n\nOf what they ran, `{place.symbol}` ({place.path}, {lines}) is "
        "what passing tests ran least "
        f"(suspicion {cause.suspect.score:.2f} of 1)."
    )


def _text(code: Path, path: str, start: int, end: int) -> str:
    target = code / path
    if target.is_symlink() or not target.is_file():
        return ""
    return "\n".join(target.read_text(errors="replace").splitlines()[start - 1 : end])
