"""Findings as SARIF: valid by the published schema, and what hosts need of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cli.sarif import document
from core.db.findings import Finding
from workers.signals import reported

SCHEMA = Path(__file__).parents[1] / "fixtures" / "sarif" / "sarif-schema-2.1.0.json"
AT = datetime(2026, 1, 1, tzinfo=UTC)
FINDING = Finding(
    *(1, 0, 1, None, "f" * 32, "smell_hunt", "ruff/F821", "high", "proven", "open", "abc"),
    *("shop/a cart.py", 3, 4, "Cart.add", "Undefined name.", "", None, None, "none", ""),
    *([], [], None, 0, AT, AT, None),
)


def valid(*findings: Finding) -> dict[str, Any]:
    made = document("abc", findings)
    jsonschema.Draft4Validator(json.loads(SCHEMA.read_text())).validate(made)
    return made["runs"][0]


def test_the_schema_refuses_what_is_no_sarif() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(json.loads(SCHEMA.read_text())).validate({"version": "2.1.0"})


def test_a_finding_has_its_rule_its_place_and_its_fingerprint() -> None:
    run = valid(FINDING)
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "ruff/F821"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "shop/a%20cart.py"
    assert place["region"] == {"startLine": 3, "endLine": 4}
    assert result["partialFingerprints"] == {"ponder/v1": "f" * 32}
    assert result["level"] == "error"


def test_a_suspicion_is_a_note_and_what_is_dismissed_is_suppressed() -> None:
    suspected = replace(FINDING, evidence="suspected")
    dismissed = replace(FINDING, state="dismissed", end_line=0)
    fixed = replace(FINDING, state="fixed")
    first, second = valid(suspected, dismissed, fixed)["results"]
    assert first["level"] == "note"
    assert second["suppressions"][0]["kind"] == "external"


def test_nothing_found_is_a_valid_document() -> None:
    assert valid()["results"] == []


def test_what_we_write_is_what_we_read() -> None:
    (claim,) = reported(json.dumps(document("abc", [FINDING])).encode()).claims
    assert (claim.path, claim.start_line, claim.end_line) == ("shop/a cart.py", 3, 4)
