"""A crash of C or C++ as a script that stands alone: it builds the harness and runs the case."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from workers.fuzzers.native.scan import ENTRY, Scanned

_TEXT = """#!/bin/sh
# {entry} of {path} ends in {kind}.
#
# It fails at this commit, and passes once mended. Run it at the repository's root, with clang:
# CC=clang CXX=clang++ sh reproducer.sh
set -eu
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

compile() {{  # compile SOURCE OBJECT
    case "$1" in *.c) compiler=${{CC:-clang}} ;; *) compiler=${{CXX:-clang++}} ;; esac
    $compiler -g -O1 -w -fsanitize=fuzzer-no-link,address \\
        -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION {includes} -c "$1" -o "$2"
}}

number=0
for source in {sources}; do
    number=$((number + 1))
    compile "$source" "$out/$number.o"
done
${{CXX:-clang++}} -fsanitize=fuzzer,address "$out"/*.o -lm -lpthread -o "$out/harness"
printf '{case}' > "$out/case"
ASAN_OPTIONS=detect_leaks=0 "$out/harness" "$out/case"
"""


def reproducer(
    path: str, kind: str, case: bytes, used: Sequence[str], scanned: Scanned
) -> str:  # fmt: skip
    """`path` is the harness, `used` are the sources that it needs."""
    return _TEXT.format(
        entry=ENTRY,
        path=path.replace("\n", " "),
        kind=kind,
        includes=" ".join(f"-I{shlex.quote(each)}" for each in scanned.includes),
        sources=" ".join(shlex.quote(each) for each in (path, *used)),
        case="".join(f"\\{byte:03o}" for byte in case),
    )


def call(case: bytes) -> str:
    """As people write it."""
    shown = "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03o}" for b in case)
    return f'{ENTRY}("{shown[:120]}{"…" if len(shown) > 120 else ""}", {len(case)})'
