"""What a path and a chunk's kind say about a place, before any question: tests, documents, …"""

from __future__ import annotations

import re
from functools import lru_cache

TEST = 1
DOCUMENT = 2
EXAMPLE = 4
GENERATED = 8
CONFIGURATION = 16
TRANSLATION = 32

_TEST = re.compile(
    r"(^|/)(tests?|testing|__tests__|specs?|e2e|testdata|test[-_]?data|fixtures?|__fixtures__|testsuite[^/]*"
    r"|[^/]*_tests?|tests?_[^/]*|[^/]*-tests?|mocks?|__mocks__|__snapshots__|jmh|microbench|benches|benchmarks?|playground)/"
    r"|(^|/)t/.*\.t$|(^|/)(test_|conftest\.)[^/]*$|[_.-](test|tests|spec|specs|test-d|bench|e2e)\.\w+$"
    r"|(^|/)tests?\.\w+$|(^|/)[^/]*(Test|Tests|Spec|IT|TestCase)\.(java|kt|kts|scala|cs|php|swift|groovy)$"
)
_DOCUMENT = re.compile(
    r"(^|/)(docs?|documentation|changelogs?|changes|man|website|\.changeset)/"
    r"|\.(md|mdx|rst|txt|adoc|textile|rdoc|org|pod)$"
    r"|(^|/)(CHANGES|CHANGELOG|HISTORY|NEWS|README|LICENSE|COPYING|AUTHORS|CONTRIBUTING|NOTICE|THANKS)[^/]*$",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"(^|/)(examples?|samples?|demos?|tutorials?|cookbook|snippets|templates?/project)/", re.I
)
_GENERATED = re.compile(
    r"(^|/)(vendor|vendored|_vendor|third_party|node_modules|dist|build|generated|gen|autogen|\.yarn)/"
    r"|[._-]min\.\w+$|\.(pb|gen|generated|designer|g)\.\w+$|_pb2(_grpc)?\.pyi?$|\.lock$|\.svg$|\.map$"
    r"|(^|/)jquery[^/]*\.js$",
    re.IGNORECASE,
)
_TRANSLATION = re.compile(
    r"(^|/)(locales?|i18n|l10n|lang|translations?)/[^/]*|\.(po|pot|mo|xliff|arb)$", re.I
)
_CONFIGURATION = re.compile(
    r"(^|/)\.[^/]+/|(^|/)\.[^/]+$|\.(ya?ml|toml|json|ini|cfg|conf|properties|xml|gradle|css|scss|html?|svg|csv)$"
    r"|(^|/)(Makefile|Dockerfile|CMakeLists\.txt|Jenkinsfile|Rakefile|Gemfile|setup\.py)$",
    re.IGNORECASE,
)
_FLAGS = (
    (TEST, _TEST),
    (DOCUMENT, _DOCUMENT),
    (EXAMPLE, _EXAMPLE),
    (GENERATED, _GENERATED),
    (CONFIGURATION, _CONFIGURATION),
)

CALLABLE = frozenset({"function", "method", "constructor", "macro"})
TYPE = frozenset(
    "class interface struct enum trait type protocol record union object impl module "
    "namespace".split()
)
PROSE = "section"


@lru_cache(maxsize=100_000)
def flags_of(path: str) -> int:
    """The flags of a path, added up."""
    flags = sum(flag for flag, pattern in _FLAGS if pattern.search(path))
    if _TRANSLATION.search(path) and flags & CONFIGURATION:
        flags |= TRANSLATION
    return flags
