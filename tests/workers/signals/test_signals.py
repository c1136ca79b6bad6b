"""Reports of continuous integration: read whole, and harmless whatever is in them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.errors import UserError
from workers.signals import coverage, reported, shape
from workers.signals import tests as junit

JUNIT = b"""<?xml version="1.0"?>
<testsuites><testsuite name="pytest" tests="3">
<testcase classname="tests.test_cart" name="test_a" file="tests/test_cart.py" time="0.5"/>
<testcase classname="tests.test_cart" name="test_b" file="tests/test_cart.py" time="1,000.5">
<failure message="assert 1 == 2">...</failure></testcase>
<testcase classname="shop.Cart" name="test_c"><skipped/></testcase>
</testsuite></testsuites>"""

COBERTURA = b"""<?xml version="1.0"?>
<!DOCTYPE coverage SYSTEM "http://cobertura.example/coverage-04.dtd">
<coverage><packages><package><classes>
<class filename="shop/cart.py"><methods><method><lines><line number="1" hits="1"/></lines></method>
</methods><lines><line number="1" hits="1"/><line number="2" hits="0"/></lines></class>
<class filename="../../etc/passwd"><lines><line number="1" hits="1"/></lines></class>
</classes></package></packages></coverage>"""


def sarif(*results: dict[str, Any], **others: Any) -> bytes:
    driver = {
        "name": "CodeQL",
        "rules": [{"id": "py/x", "defaultConfiguration": {"level": "error"}}],
    }
    run = {"tool": {"driver": driver}, "results": list(results), **others}
    return json.dumps({"version": "2.1.0", "runs": [run]}).encode()


def result(**others: Any) -> dict[str, Any]:
    place = {"artifactLocation": {"uri": "shop/a%20cart.py"}, "region": {"startLine": 7}}
    return {
        "ruleId": "py/x",
        "message": {"text": "It is\nwrong."},
        "locations": [{"physicalLocation": place}],
        **others,
    }


def test_a_report_is_known_by_how_it_begins() -> None:
    assert shape(sarif()) == "sarif"
    assert shape(JUNIT) == "junit"
    assert shape(COBERTURA) == "cobertura"
    assert shape(b"<html><body>") is None


def test_a_result_becomes_a_finding_that_its_rule_proves() -> None:
    found = reported(sarif(result()))
    (claim,) = found.claims
    assert found.tools == ("codeql",)
    assert (claim.rule, claim.severity, claim.evidence) == ("codeql/py/x", "high", "proven")
    assert (claim.path, claim.start_line, claim.message) == ("shop/a cart.py", 7, "It is wrong.")


def test_what_others_suppressed_or_merely_note_is_left_out() -> None:
    suppressed = result(suppressions=[{"kind": "inSource"}])
    assert reported(sarif(suppressed, result(level="note"), result(locations=[]))).claims == ()


def test_a_finding_keeps_its_name_where_its_lines_shift() -> None:
    moved = result(partialFingerprints={"primary": "abc"})
    moved["locations"][0]["physicalLocation"]["region"] = {"startLine": 90}
    before = reported(sarif(result(partialFingerprints={"primary": "abc"}))).claims[0]
    assert reported(sarif(moved)).claims[0].fingerprint == before.fingerprint


@pytest.mark.parametrize("uri", ["../x.py", "/etc/passwd", "file:///etc/passwd", "a/../../b"])
def test_a_place_outside_of_the_repository_is_none(uri: str) -> None:
    elsewhere = result()
    elsewhere["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = uri
    assert reported(sarif(elsewhere)).claims == ()


@pytest.mark.parametrize(
    "content",
    [b"{", b'{"version": "2.0.0", "runs": []}', b'{"version": "2.1.0"}', b"[" * 100_000, b"\xff"],
)
def test_what_is_no_sarif_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(UserError):
        reported(content)


def test_tests_are_counted_by_their_file_or_else_their_class() -> None:
    cart, other = junit(JUNIT, "abc")[::-1]
    assert (cart.path, cart.measures) == (
        "tests/test_cart.py",
        {"tests": 2, "failures": 1, "skipped": 0, "seconds": 1001.0},
    )
    assert (other.path, other.measures["skipped"]) == ("shop.Cart", 1)


def test_a_line_is_covered_once_and_outside_of_the_repository_never() -> None:
    (found,) = coverage(COBERTURA, "abc")
    assert (found.path, found.measures) == ("shop/cart.py", {"lines": 2, "covered": 1})


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><coverage>&d;</coverage>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><coverage>&b;</coverage>',
        b"<coverage>" * 1_000,
        b"<coverage><line",
    ],
)
def test_a_hostile_document_is_refused(content: bytes) -> None:
    assert shape(content) == "cobertura"
    with pytest.raises(UserError):
        coverage(content, "abc")
