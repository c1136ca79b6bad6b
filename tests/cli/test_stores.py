"""Real servers, shared by real processes, some of which are killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from cli import place
from cli.account import of_servers
from cli.stores import ensure, stop_unused, stores
from core.errors import UserError
from core.settings import Secret, Settings
from tests.cli.store_users import User, alive, answers, eventually, pid_of, settings_of


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
