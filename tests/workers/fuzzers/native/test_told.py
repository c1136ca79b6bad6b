"""What sanitizers say is read, and believed where it is no matter of taste."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.fuzzers.base import Target
from workers.fuzzers.native.doubts import doubts
from workers.fuzzers.native.told import Report, ran, report
from workers.runners.base import Frame

TARGET = Target("fuzz/rec.c", "LLVMFuzzerTestOneInput", 5, 8, 1.0)
SAID = """INFO: Seed: 3698848551
==31886==ERROR: AddressSanitizer: stack-buffer-overflow on address 0x7ffd8f56e6f0 at pc 0x5589e
WRITE of size 17 at 0x7ffd8f56e6f0 thread T0
    #0 0x5589eabbdf89 in __asan_memcpy (/tmp/harness+0xdef89) (BuildId: 3ba4bcbc)
    #1 0x5589eabfab6d in field /repository/src/rec.c:9:3
    #2 0x5589eabfab6d in rec_parse /repository/src/rec.c:15:10
    #3 0x5589eabfa95f in LLVMFuzzerTestOneInput /repository/fuzz/rec.c:6:3
    #4 0x5589eab23202 in fuzzer::Fuzzer::ExecuteCallback(unsigned char const*, unsigned long) (/t)

Address 0x7ffd8f56e6f0 is located in stack of thread T0 at offset 48 in frame
    #0 0x5589eabfa9bf in rec_parse /repository/src/rec.c:13
"""


def test_the_first_stack_says_where_it_broke() -> None:
    found = report(SAID)
    assert found is not None
    assert found.kind == "stack-buffer-overflow"
    assert [(each.path, each.line, each.symbol) for each in found.frames] == [
        ("fuzz/rec.c", 6, "LLVMFuzzerTestOneInput"),
        ("src/rec.c", 15, "rec_parse"),
        ("src/rec.c", 9, "field"),
    ]
    assert doubts(TARGET, found) == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("libFuzzer: timeout after 8 seconds", "timeout"),
        ("libFuzzer: deadly signal", "deadly signal"),
        ("libFuzzer: out-of-memory (used: 1300Mb; limit: 1200Mb)", "out-of-memory"),
        ("AddressSanitizer: stack-overflow on address 0x7ff (pc 0x1)", "stack-overflow"),
        ("AddressSanitizer: requested allocation size 0xff", "requested allocation size"),
    ],
)
def test_what_may_be_meant_is_doubted(said: str, kind: str) -> None:
    found = report(f"==7== ERROR: {said}\n    #1 0x1 in parse /repository/src/rec.c:9:3\n")
    assert found is not None
    assert found.kind == kind
    assert doubts(TARGET, found)


def test_what_breaks_in_the_harness_says_nothing_of_the_code() -> None:
    inside = Report("SEGV", (Frame("fuzz/rec.c", 6, "LLVMFuzzerTestOneInput"),))
    assert doubts(TARGET, inside) == ["it breaks in the harness itself"]
    assert doubts(TARGET, Report("SEGV", ())) == ["it does not break in the repository's code"]


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.sampled_from("why executions seconds corpus used case reports".split()),
        st.none() | st.integers() | st.text() | st.lists(st.text() | st.integers()),
    )
)
def test_any_line_is_read(line: dict[str, object]) -> None:
    assert ran(line, ["src/a.c"]).executions >= 0
