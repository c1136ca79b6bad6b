"""What judges texts sees the attacks where nothing was done against them."""

from __future__ import annotations

import pytest

from tests.injection.attacks import GROUPS
from tests.injection.scene import CANARIES, effects

RAW = {name: payload for group in GROUPS for name, payload in group.payloads.items()}
READ_ONLY = {
    "citation_of_nothing": "removed for another reason: it is not true",
    "code_spans_of_many_ticks": "code as it is, and attacks what takes it apart",
    "details_left_open": "a page looks odd, and nothing is done",
    "formula": "GitHub refuses links in formulas",
    "link_of_data": "no browser follows it from a page",
    "link_of_javascript": "GitHub drops it",
    "reference_to_a_commit": "a link within the repository",
}


@pytest.mark.parametrize("name", [name for name in RAW if name not in READ_ONLY])
def test_an_attack_is_seen_as_it_is(name: str) -> None:
    assert effects(RAW[name], hosts=("https://github.test",), slug="ponder-test") != []


@pytest.mark.parametrize("canary", CANARIES.values())
def test_a_canary_is_seen(canary: str) -> None:
    assert effects(f"`{canary}`", hosts=(), slug="ponder-test") != []
