"""Another key for what is stored, by the command."""

from __future__ import annotations

from core.db import users
from core.db.connect import Database
from core.secrets import Keyring
from core.settings import Secret, Settings
from tests.cli.conftest import Ponder

NEW = "another key that is long enough"
PLACE = "users.token:7"


async def _store(database: Database, sealed: bytes) -> None:
    async with database.system() as connection:
        await users.log_in(
            connection, user_id=7, login="ada", name=None, token=sealed, expires_at=None
        )


async def _stored(database: Database) -> bytes:
    async with database.system() as connection:
        found = await users.lock_token(connection, 7)
    assert found is not None
    assert found.token is not None
    return bytes(found.token)


async def test_stored_secrets_open_with_the_new_key_alone(
    ponder: Ponder, settings: Settings, database: Database
) -> None:
    await _store(database, Keyring.of(settings).seal(PLACE, {"access": "canary"}))
    changed = {"PONDER_SECRET_KEY": NEW, "PONDER_OLD_SECRET_KEYS": "no-such-key"}
    refused = ponder("rotate-key", **changed)
    assert (refused.returncode, "no known key opens 1 more" in refused.stderr) == (1, True)

    done = ponder("rotate-key", **changed | {"PONDER_OLD_SECRET_KEYS": str(settings.secret_key)})
    assert (done.returncode, done.stdout[:26]) == (0, "1 stored secrets were wrap")
    opened = Keyring.made(Secret(NEW)).unseal(PLACE, await _stored(database))
    assert opened == {"access": "canary"}
    again = ponder("rotate-key", PONDER_SECRET_KEY=NEW)
    assert "To change it, set PONDER_OLD_SECRET_KEYS" in again.stdout


def test_a_key_of_our_own_is_not_changed_while_it_is_used(
    ponder: Ponder, settings: Settings
) -> None:
    """The embedded stores of these tests are in use by the tests themselves."""
    own = {"PONDER_SECRET_KEY": "", "DATABASE_URL": "", "REDIS_URL": ""}
    refused = ponder("rotate-key", **own)
    assert (refused.returncode, "stop it and try again" in refused.stderr) == (1, True)
    assert not (settings.data_dir / "secret_key.old").exists()
