"""Whether code is alive: kept by its project, run by its users, and not set aside. What is said of
other code may be true, and nobody will mend it."""

from __future__ import annotations

import re

from workers.linters.base import Source

_OF_OTHERS = re.compile(
    r"@\d+\.\d+|(?:^|/)[^/]*-\d+\.\d+[^/]*/|(?:^|/)(?:deps|polyfills?)/|bundle|"
    r"(?:^|/)(?:_?six|versioneer|_version|ez_setup|distribute_setup)\.py$",
    re.I,
)
"""Files of other projects, of which some stand in a folder with their version."""
_AT_THE_SIDE = re.compile(
    r"^(?:packages/[\w-]+/)?(?:tools?|tooling|scripts?|misc|extras?|contrib|admin|dev|devel|ci|"
    r"build|build[-_]\w+|release|packaging|maint\w*|hack\w*)/|"
    r"^(?:setup|conf|fabfile|noxfile|tasks|wscript|make|build|release)[\w-]*\.\w+$",
    re.I,
)
"""Beside the package: what its developers run by hand."""
_SET_ASIDE = re.compile(
    r"(?:^|/)(?:\w*experiment\w*|legacy|deprecated|obsolete|attic|old|unused|unmaintained|broken|"
    r"wip|recipes|cookbook|snippets|notebooks?|prototypes?|sandbox)/|"
    r"[-_.](?:old|orig|bak|backup|copy|deprecated|legacy|experimental|draft|wip)\.\w+$|"
    r"(?-i:[a-z](?:Old|Backup|Copy|Legacy|Deprecated)\.\w+$)",
    re.I,
)
"""Not finished yet, or not taken away yet."""
_MADE = re.compile(
    r"^\W*(?:(?:this |the )?(?:file|module|code|script)\W+(?:is|was|has been) )?"
    r"(?:automatically |auto-?)?generated\b|do not (?:edit|modify)|@generated|\bvendored\b|"
    r"browserify|webpackBootstrap|__commonJS\b|__esModule|_interopRequire|regeneratorRuntime|"
    r"\bPolyfill\b",
    re.I | re.MULTILINE,
)
"""What programs say at the beginning of the files that they make, and files of other projects."""
_FIRST = 3_000
_LONGEST_LINE = 500


def is_living(source: Source) -> bool:
    path = source.path
    away = _OF_OTHERS.search(path) or _AT_THE_SIDE.search(path) or _SET_ASIDE.search(path)
    return not away and not _is_made(source)


def _is_made(source: Source) -> bool:
    """Written by a program, or by others: it is mended elsewhere."""
    return bool(_MADE.search(source.text[:_FIRST])) or any(
        len(line) > _LONGEST_LINE for line in source.lines[:200]
    )
