"""The generated key, and how it is changed though a change may be cut off anywhere."""

from __future__ import annotations

from pathlib import Path

from core import secret_key
from core.settings import Settings


def _settings(tmp_path: Path, **environment: str) -> Settings:
    return Settings.from_environment({"PONDER_DATA_DIR": str(tmp_path), **environment})


def test_the_key_of_before_is_accepted_until_it_is_forgotten(tmp_path: Path) -> None:
    before = _settings(tmp_path).secret_key
    secret_key.renew(tmp_path)
    during = _settings(tmp_path)
    assert during.secret_key != before
    assert during.old_secret_keys == (before,)
    secret_key.forget_old(tmp_path)
    after = _settings(tmp_path)
    assert (after.secret_key, after.old_secret_keys) == (during.secret_key, ())


def test_a_change_that_was_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    before = _settings(tmp_path).secret_key
    (tmp_path / "secret_key").rename(tmp_path / "secret_key.old")
    secret_key.renew(tmp_path)
    during = _settings(tmp_path)
    secret_key.renew(tmp_path)
    assert _settings(tmp_path) == during
    assert during.old_secret_keys == (before,)


def test_old_keys_are_named_by_the_environment(tmp_path: Path) -> None:
    settings = _settings(
        tmp_path,
        PONDER_SECRET_KEY="0123456789abcdef",
        PONDER_OLD_SECRET_KEYS="first-of-the-old, second-of-the-old",
    )
    assert settings.old_secret_keys[1:] == ("first-of-the-old", "second-of-the-old")
    assert "first-of-the-old" not in repr(settings)
