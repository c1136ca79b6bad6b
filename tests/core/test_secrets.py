"""Sealed values open where they were sealed, with a key that is known, and nowhere else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.secrets import Keyring
from core.settings import Secret

OLD, NEW = Secret("the key of before, long enough"), Secret("the key of now, long enough")
BEFORE, NOW = Keyring.made(OLD), Keyring.made(NEW, [OLD])
VALUE = {"access": "ghu_canary", "refresh": "ghr_canary"}


def test_a_value_opens_at_its_own_place_only() -> None:
    sealed = NOW.seal("users.token:1", VALUE)
    assert NOW.unseal("users.token:1", sealed) == VALUE
    assert NOW.unseal("users.token:2", sealed) is None


def test_nothing_of_a_value_shows_and_no_two_are_alike() -> None:
    first, second = NOW.seal("here", VALUE), NOW.seal("here", VALUE)
    assert b"canary" not in first + second
    assert NEW.encode() not in first
    assert first[10:] != second[10:]


def test_an_old_key_opens_what_it_sealed_until_it_is_forgotten() -> None:
    sealed = BEFORE.seal("here", VALUE)
    assert NOW.unseal("here", sealed) == VALUE
    assert Keyring.made(NEW).unseal("here", sealed) is None


def test_wrapping_anew_changes_the_key_and_not_the_content() -> None:
    sealed = BEFORE.seal("here", VALUE)
    anew = NOW.rewrapped(sealed)
    assert anew is not None
    assert (NOW.is_current(sealed), NOW.is_current(anew)) == (False, True)
    assert Keyring.made(NEW).unseal("here", anew) == VALUE
    assert BEFORE.unseal("here", anew) is None
    assert Keyring.made(NEW).rewrapped(sealed) is None


@given(st.data())
def test_a_changed_byte_opens_nothing(data: st.DataObject) -> None:
    sealed = bytearray(NOW.seal("here", VALUE))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    assert NOW.unseal("here", bytes(sealed)) is None


@given(st.binary(max_size=200))
def test_what_was_never_sealed_opens_nothing(text: bytes) -> None:
    assert NOW.unseal("here", text) is None
    assert NOW.rewrapped(text) is None
