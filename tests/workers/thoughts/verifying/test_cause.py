"""A bug is told once, with all that shows it; another one is never hidden behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from core.db import causes, findings
from core.db.connect import Database
from core.db.findings import Change, Claim, Finding
from core.settings import Settings
from tests.thinking import Thinking, thinking
from workers.causes.base import Explained
from workers.runners.base import Ended, Frame
from workers.thoughts.verifying.cause import merged, same_crash

NOW = datetime(2026, 5, 4, tzinfo=UTC)
FINDING = Finding(
    id=1, installation_id=0, repository_id=1, run_id=None, fingerprint="a", thought="verify",
    rule="failing-test", severity="high", evidence="reproduced", state="open", commit_sha="c" * 40,
    path="shop/cart.py", start_line=1, end_line=2, symbol="total", message="`total` is wrong.",
    explanation="", reproducer="def test(): assert 0\n", patch=None, patch_state="none", content="",
    artifacts=[], checks=[], read_at=None, vote=0, created_at=NOW, seen_at=NOW, closed_at=None,
)  # fmt: skip
OTHER = replace(FINDING, id=2, fingerprint="b")


def belongs(changes: list[Change]) -> dict[str, str]:
    return {each.fingerprint: each.cause for each in changes if each.cause}


def test_the_cause_stands_for_what_it_leads_to_unless_people_know_the_other_one() -> None:
    links = [Explained(1, 0, "so")]
    assert belongs(merged([FINDING, OTHER], links)) == {"a": "b"}
    read = replace(FINDING, read_at=NOW)
    assert belongs(merged([read, OTHER], links)) == {"b": "a"}
    guess = replace(OTHER, evidence="suspected")
    assert belongs(merged([FINDING, guess], links)) == {"b": "a"}
    both = [*links, Explained(0, 1, "so")]
    assert belongs(merged([FINDING, OTHER], both)) == {"b": "a"}
    assert merged([FINDING, OTHER], []) == []


@given(
    st.lists(
        st.sampled_from([FINDING, replace(FINDING, state="dismissed")]), min_size=2, max_size=5
    ),
    st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4))),
)
def test_what_belongs_to_another_has_a_link_to_it_and_nothing_belongs_to_it(
    shapes: list[Finding], pairs: set[tuple[int, int]]
) -> None:
    found = [replace(each, id=at, fingerprint=str(at)) for at, each in enumerate(shapes)]
    links = [Explained(a, b, "so") for a, b in pairs if a != b and max(a, b) < len(found)]
    joined = belongs(merged(found, links))
    assert not set(joined) & set(joined.values())
    for mine, theirs in joined.items():
        assert "0" in (mine, theirs)
        assert {(int(mine), int(theirs)), (int(theirs), int(mine))} & pairs


def test_a_crash_is_the_same_at_the_same_place_on_the_same_way(tmp_path: Path) -> None:
    (tmp_path / "cart.py").write_text("one()\ntwo()\n    raise ValueError\n")
    near, far = Frame("cart.py", 1, "near"), Frame("cart.py", 2, "far")
    test = Frame("test_reproducer.py", 9, "test")
    ended = Ended("t::a", "failed", kinds=("builtins.TypeError",), frames=(test, near))
    through = replace(ended, frames=(test, far, near))
    assert same_crash(tmp_path, ended, through)
    assert not same_crash(tmp_path, ended, replace(ended, kinds=("builtins.KeyError",)))
    assert not same_crash(tmp_path, through, replace(ended, frames=(test, near, near)))
    assert not same_crash(tmp_path, replace(ended, frames=(test,)), replace(ended, frames=(test,)))
    on_purpose = replace(ended, frames=(test, Frame("cart.py", 3, "near")))
    assert not same_crash(tmp_path, on_purpose, on_purpose)


MONEY = '''"""Money."""


class Money:
    def __init__(self, pence: int) -> None:
        self.pence = pence

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and self.pence == other.pence

    def __ne__(self, other: object) -> bool:
        return isinstance(other, Money) and self.pence == other.pence

    def __hash__(self) -> int:
        return hash(self.pence)


def cents(price: float) -> int:
    """Whole cents."""
    if price < 1:
        return int(price * 100)
    return round(price * 100)
'''
TEST = """from shop.money import Money, cents


def test_equal():
    assert Money(3) == Money(3)


def test_unequal():
    assert Money(3) != Money(4)


def test_cents():
    assert cents(2.01) == 201


def test_few_cents():
    assert cents(0.29) == 29
"""
FILES = {"shop/__init__.py": "", "shop/money.py": MONEY, "tests/test_money.py": TEST}


async def test_a_law_and_a_test_that_one_bug_breaks_are_one_finding_and_two_bugs_are_two(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, FILES) as made:
        await made.think("hypothesize_bug", "verify", seconds=170)
        found = {each.symbol: each for each in await made.findings()}
        assert set(found) == {"Money.__ne__", "cents"}
        stands = found["Money.__ne__"]
        assert (stands.rule, stands.evidence) == ("failing-test", "reproduced")
        (law,) = await same_as(made, stands)
        assert law.rule == "broken-equality"
        assert law.reproducer
        assert "told here" in stands.checks[-1]["said"]


async def same_as(made: Thinking, stands: Finding) -> list[Finding]:
    async with made.engine.database.tenant(0) as connection:
        return await causes.of(connection, made.repository.id, stands.fingerprint)


async def test_what_belongs_to_a_finding_is_free_when_that_is_fixed_or_it_shows_something_else(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, {"a.txt": "a\n"}) as made, database.tenant(0) as open_:
        number = made.repository.id
        one, two, three = (
            Claim(name, "rule", "high", "reproduced", "a.txt", 1, 1, name, reproducer=name)
            for name in ("one", "two", "three")
        )

        async def claim(*claims: Claim) -> None:
            await findings.claim(
                open_, installation_id=0, repository_id=number, run_id=None, thought="verify",
                commit="c" * 40, claims=claims,
            )  # fmt: skip

        async def join(name: str, cause: str) -> None:
            await causes.join(open_, repository_id=number, fingerprint=name, cause=cause)

        async def standing() -> set[str]:
            found = await findings.of_repository(open_, number)
            return {each.fingerprint for each in found if each.state == "open"}

        await claim(one, two, three)
        await join("two", "one")
        await join("one", "two")  # Meanwhile somebody found that it is the other way round.
        assert await standing() == {"one", "three"}
        await join("one", "three")
        assert await standing() == {"three"}
        assert len(await causes.of(open_, number, "three")) == 2
        await claim(one, replace(two, reproducer="another test"))
        assert await standing() == {"two", "three"}
        whole = await findings.of_repository(open_, number, whole=True)
        assert len(whole) == 3
        await findings.mark_fixed(
            open_, repository_id=number, thought="verify", paths=["a.txt"], still=["one", "two"]
        )
        assert await causes.left_over(open_, number) == [("one", "a.txt")]
        await join("one", "")
        assert await standing() == {"one", "two"}
        assert await causes.left_over(open_, number) == []
