"""What a path says about a file: code that people run, or code where less counts."""

from __future__ import annotations

import re

_FIXTURES = re.compile(
    r"(?:^|/)(?:fixtures?|testdata|test[-_]data|__snapshots__|golden|corpus|templates?)/|"
    r"(?:^|/)tests?/(?:[^/]+/)*(?:(?:[^/]+[-_])?(?:roots|data|files|cases|samples?|snippets|"
    r"resources|assets|inputs?|expected|rsrc)/|(?:failing|broken|invalid|bad|wrong)[-_])",
    re.I,
)
_TESTS = re.compile(
    r"^t/|(?:^|/)(?:(?:unit|self|reg|regression)?_?tests?|test_?suites?|testing|__tests__|specs?|e2e|"
    r"mocks?|__mocks__|conftest\.py|"
    r"test_[^/]*\.py|[^/]*_tests?\.(?:py|go)|[^/]*\.(?:test|spec|bench)\.[cm]?[jt]sx?|"
    r"[^/]*Tests?\.java|jasmine|qunit)(?:/|$)",
    re.I,
)
_EXAMPLES = re.compile(
    r"^contrib/|(?:^|/)(?:[\w-]*examples?|samples?|docs?|demos?|benchmarks?|bench|tutorials?|playground|"
    r"scratch|play\.[jt]s)(?:/|$)",
    re.I,
)


_NOT_OURS = re.compile(
    r"(?:^|/)(?:_?vendor(?:ed)?|third[-_]?party|externals?|node_modules|bower_components)/|"
    r"(?:^|/)(?:jquery|underscore|backbone|bootstrap|lodash|modernizr|require|prototype|angular)"
    r"[-.\d\w]*\.js$|/_static/[^/]+\.js$|"
    r"(?:^|/)(?:[\w-]+-)?dist/.*\.[cm]?js$|\.min\.[cm]?js$",
    re.I,
)


def quiet(path: str) -> str:
    """'' for code that counts whole; 'fixtures' are broken on purpose, and are not looked at."""
    if _FIXTURES.search(path):
        return "fixtures"
    if _TESTS.search(path):
        return "tests"
    return "examples" if _EXAMPLES.search(path) else ""


def is_ours(path: str) -> bool:
    """Code that is mended here: neither broken on purpose, nor copied from others, nor made."""
    return quiet(path) != "fixtures" and not _NOT_OURS.search(path)


def aside(path: str) -> bool:
    """Tests and fixtures, which nobody runs in earnest; examples are run."""
    return quiet(path) in ("tests", "fixtures")
