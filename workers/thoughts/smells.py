"""What smells become: claims with their evidence, and the Thoughts that they lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.db.findings import EVIDENCE, Claim
from core.db.thoughts import Subject
from core.redact import redact
from workers.linters import telling
from workers.linters.base import Source
from workers.linters.merge import Smell
from workers.linters.places import quiet
from workers.thoughts.base import FollowUp, digest, fingerprint

MOST_LEADS = 20


def claimed(smells: Sequence[Smell], there: Mapping[str, Source]) -> list[Claim]:
    """The same code in the same symbol is one finding, however often it is there."""
    claims: dict[str, Claim] = {}
    for smell in smells:
        source = there[smell.path]
        symbol, code = telling.symbol(smell, source.parts), telling.code(smell, source)
        name = fingerprint(f"smell:{smell.strongest.means.kind}", smell.path, symbol, code)
        claim = Claim(
            name,
            smell.strongest.name,
            smell.severity,
            smell.evidence,
            smell.path,
            smell.start_line,
            smell.end_line,
            redact(smell.strongest.message),
            symbol=symbol,
            explanation=telling.explanation(smell, source),
            patch=telling.patch(smell, source),
            content=digest(code),
        )
        claims.setdefault(name, claim)
    return list(claims.values())


def leads(claims: Sequence[Claim]) -> list[FollowUp]:
    """Those that a test could show, and those whose mending could be tried."""
    loud = [each for each in claims if each.severity != "low" and not quiet(each.path)]
    wanted = sorted(loud, key=lambda each: -EVIDENCE[each.evidence])
    hypotheses = [
        FollowUp(
            "hypothesize_bug",
            Subject("finding", path=each.path, finding=each.fingerprint),
            f"{each.rule} says so: {each.message}",
            expected=0.3 if each.evidence == "proven" else 0.1,
        )
        for each in wanted[:MOST_LEADS]
    ]
    patches = [
        FollowUp(
            "draft_patch",
            Subject("finding", path=each.path, finding=each.fingerprint),
            f"{each.rule} has a fix that it calls safe",
            expected=0.5,
        )
        for each in wanted
        if each.patch
    ]
    return [*hypotheses, *patches[:MOST_LEADS]]
