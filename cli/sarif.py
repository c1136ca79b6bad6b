"""Findings as SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from core.db.findings import Finding

_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
_RANKS = {"reproduced": 95.0, "proven": 80.0, "suspected": 20.0}
_SETTLED = {"dismissed": "Dismissed by a person.", "false_positive": "Found to be wrong."}


def document(commit: str, findings: Sequence[Finding]) -> dict[str, Any]:
    """What is open, and what people dismissed as suppressed. What is merely suspected is a note."""
    shown = [each for each in findings if each.state != "fixed"]
    names = sorted({each.rule for each in shown})
    numbers = {name: number for number, name in enumerate(names)}
    driver = {
        "name": "Ponder",
        "version": version("ponder"),
        "rules": [_rule(name, [each for each in shown if each.rule == name]) for name in names],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": "ponder/"},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"ROOT": {"description": {"text": "The repository."}}},
                "properties": {"commit": commit},
                "results": [_result(each, numbers[each.rule]) for each in shown],
            }
        ],
    }


def _rule(name: str, findings: Sequence[Finding]) -> dict[str, Any]:
    worst = min(findings, key=lambda each: list(_LEVELS).index(each.severity))
    return {
        "id": name,
        "shortDescription": {"text": name},
        "defaultConfiguration": {"level": _level(worst)},
        "properties": {"tags": [worst.thought]},
    }


def _level(finding: Finding) -> str:
    return "note" if finding.evidence == "suspected" else _LEVELS[finding.severity]


def _result(finding: Finding, number: int) -> dict[str, Any]:
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(finding.path), "uriBaseId": "ROOT"},
            "region": {
                "startLine": max(1, finding.start_line),
                "endLine": max(1, finding.start_line, finding.end_line),
            },
        }
    }
    if finding.symbol:
        place["logicalLocations"] = [{"fullyQualifiedName": finding.symbol}]
    made: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": _level(finding),
        "rank": _RANKS[finding.evidence],
        "message": {"text": finding.message},
        "locations": [place],
        "partialFingerprints": {"ponder/v1": finding.fingerprint},
        "properties": {
            name: getattr(finding, name) for name in ("evidence", "severity", "state", "thought")
        },
    }
    if finding.state in _SETTLED:
        suppression = {"kind": "external", "justification": _SETTLED[finding.state]}
        made["suppressions"] = [suppression]
    return made
