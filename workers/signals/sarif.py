"""SARIF of other analysers, as findings: what their rules say at a line is proven by them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from core.db.findings import Claim, Severity
from core.errors import UserError
from core.redact import redact
from workers.signals.shape import LARGEST, inside

MOST_RESULTS = 5_000
_SEVERITIES: dict[str, Severity] = {"error": "high", "warning": "medium"}


@dataclass(frozen=True, slots=True)
class Reported:
    """`tools` are those that ran, as rules' names begin; one that found nothing is among them."""

    tools: tuple[str, ...]
    claims: tuple[Claim, ...]


def reported(content: bytes) -> Reported:
    """Results at a line of the repository that nobody suppressed; notes are left out. Raise
    UserError for what is no SARIF 2.1.0."""
    if len(content) > LARGEST:
        raise UserError("The report is larger than 64 MiB; split it.")
    try:
        document = json.loads(content)
        if document["version"] != "2.1.0":
            raise UserError("The report is of another version than SARIF 2.1.0.")
        tools = sorted({_tool(run) for run in document["runs"]})
        found = [claim for run in document["runs"] for claim in _of_run(run)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError("The report is no SARIF 2.1.0 document.") from error
    once = {each.fingerprint: each for each in found[:MOST_RESULTS]}
    return Reported(tuple(tools), tuple(once.values()))


def _tool(run: dict[str, Any]) -> str:
    return str(run["tool"]["driver"]["name"])[:60].lower().replace("/", "-")


def _of_run(run: dict[str, Any]) -> Iterator[Claim]:
    driver = run["tool"]["driver"]
    tool = _tool(run)
    levels = {
        str(rule["id"]): str(rule.get("defaultConfiguration", {}).get("level", "warning"))
        for rule in driver.get("rules", [])
    }
    for result in run.get("results") or []:
        claim = _claim(tool, levels, result)
        if claim is not None and not result.get("suppressions"):
            yield claim


def _claim(tool: str, levels: dict[str, str], result: dict[str, Any]) -> Claim | None:
    rule = str(result.get("ruleId") or result.get("rule", {}).get("id", ""))[:150]
    severity = _SEVERITIES.get(str(result.get("level") or levels.get(rule, "warning")))
    places = result.get("locations") or []
    if not rule or severity is None or not places:
        return None
    place = places[0]["physicalLocation"]
    path = inside(unquote(str(place["artifactLocation"]["uri"])))
    region = place.get("region", {})
    start = int(region.get("startLine", 1))
    end = int(region.get("endLine", start))
    if not path or not 1 <= start <= end < 10_000_000:
        return None
    said = redact(" ".join(str(result["message"].get("text", rule)).split()))[:1_000]
    code = str(region.get("snippet", {}).get("text", ""))
    known = "\0".join(f"{k}={v}" for k, v in sorted(_fingerprints(result).items()))
    name = "\0".join((tool, rule, path, known or code or str(start)))
    return Claim(
        hashlib.sha256(f"ci\0{name}".encode()).hexdigest()[:32],
        f"{tool}/{rule}",
        severity,
        "proven",
        path,
        start,
        end,
        said,
        content=hashlib.sha256(code.encode()).hexdigest() if code else known,
    )


def _fingerprints(result: dict[str, Any]) -> dict[str, str]:
    found = result.get("fingerprints") or result.get("partialFingerprints") or {}
    return {str(key): str(value) for key, value in list(found.items())[:8]}
