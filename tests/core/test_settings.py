"""The environment is read once, and every problem in it is told at once."""

import os
from pathlib import Path

import pytest

from core.errors import UserError
from core.settings import Registries, Secret, Settings


def test_nothing_set_means_everything_embedded(tmp_path: Path) -> None:
    settings = Settings.from_environment({"PONDER_DATA_DIR": str(tmp_path)})

    assert settings.database_url == "" and settings.redis_url == ""
    assert settings.github is None and "GITHUB_APP_ID" in settings.github_missing
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.artifacts_url == (tmp_path / "artifacts").as_uri()


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = Settings.from_environment({"PONDER_DATA_DIR": str(tmp_path)})
    second = Settings.from_environment({"PONDER_DATA_DIR": str(tmp_path)})

    assert first.secret_key == second.secret_key and len(first.secret_key) > 30
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    environment = {
        "PONDER_DATA_DIR": str(tmp_path),
        "DATABASE_URL": "mysql://somewhere",
        "REDIS_URL": "http://somewhere",
        "PONDER_CHAT_MODEL": "some-model",
        "PONDER_PUBLIC_URL": "somewhere",
    }
    with pytest.raises(UserError) as error:
        Settings.from_environment(environment)

    for name in ("DATABASE_URL", "REDIS_URL", "PONDER_SECRET_KEY", "OPENAI_", "PONDER_PUBLIC_URL"):
        assert name in str(error.value)


@pytest.mark.parametrize("chat", ["", "some-model"])
def test_a_local_embedding_model_needs_no_endpoint_and_goes_with_any(
    tmp_path: Path, chat: str
) -> None:
    environment = {
        "PONDER_DATA_DIR": str(tmp_path),
        "PONDER_EMBEDDING_MODEL": "model2vec:/models/tiny",
        "PONDER_CHAT_MODEL": chat,
        "OPENAI_API_KEY": "k" if chat else "",
    }
    model = Settings.from_environment(environment).model

    assert (model.chat, model.embedding, model.local_embedding) == (chat, "", "/models/tiny")


def test_an_embedding_model_of_an_endpoint_is_not_local(tmp_path: Path) -> None:
    environment = {
        "PONDER_DATA_DIR": str(tmp_path),
        "PONDER_EMBEDDING_MODEL": "small",
        "OPENAI_API_KEY": "k",
    }
    model = Settings.from_environment(environment).model

    assert (model.embedding, model.local_embedding) == ("small", "")


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"PONDER_EMBEDDING_MODEL": "model2vec: "}, "must name a folder"),
        ({"PONDER_EMBEDDING_MODEL": "small"}, "need OPENAI_API_KEY"),
        (
            {"PONDER_EMBEDDING_MODEL": "model2vec:a/b", "PONDER_CHAT_MODEL": "some-model"},
            "need OPENAI_API_KEY",
        ),
    ],
)
def test_half_a_model_is_told(tmp_path: Path, variables: dict[str, str], problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        Settings.from_environment({"PONDER_DATA_DIR": str(tmp_path), **variables})


def test_half_an_app_is_no_app_and_says_what_is_missing(tmp_path: Path) -> None:
    settings = Settings.from_environment({"PONDER_DATA_DIR": str(tmp_path), "GITHUB_APP_ID": "1"})

    assert settings.github is None
    assert settings.github_missing == (
        "GITHUB_PRIVATE_KEY",
        "GITHUB_WEBHOOK_SECRET",
        "GITHUB_CLIENT_ID",
        "GITHUB_CLIENT_SECRET",
    )


def test_a_private_key_may_be_a_path_or_the_key_itself(tmp_path: Path) -> None:
    pem = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\n"
    (tmp_path / "key.pem").write_text(pem)
    rest = {
        "PONDER_DATA_DIR": str(tmp_path),
        "GITHUB_APP_ID": "1",
        "GITHUB_WEBHOOK_SECRET": "s",
        "GITHUB_CLIENT_ID": "c",
        "GITHUB_CLIENT_SECRET": "s",
    }
    for value in (str(tmp_path / "key.pem"), pem, pem.replace("\n", "\\n")):
        settings = Settings.from_environment({**rest, "GITHUB_PRIVATE_KEY": value})
        assert settings.github is not None and settings.github.private_key == pem


def test_a_secret_does_not_show_itself() -> None:
    assert "hunter2" not in repr({"password": Secret("hunter2")})


def test_a_data_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="PONDER_DATA_DIR"):
        Settings.from_environment({"PONDER_DATA_DIR": str(tmp_path / "file" / "below")})


@pytest.mark.parametrize("named", [None, "~/ponder", "~nobody-of-this-name/ponder"])
def test_without_a_home_no_folder_is_made_where_we_happen_to_be(
    named: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)
    with pytest.raises(UserError, match="set PONDER_DATA_DIR"):
        Settings.from_environment({"PONDER_DATA_DIR": named} if named else {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://[bad"),
        ("REDIS_URL", "redis://h:x"),
        ("GITHUB_URL", "http://["),
    ],
)
def test_what_is_no_url_is_told(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(UserError, match=f"{name} is no valid URL"):
        Settings.from_environment({"PONDER_DATA_DIR": str(tmp_path), name: value})


def test_several_hosts_of_a_database_are_fine(tmp_path: Path) -> None:
    url = "postgresql://one:5432,two:5433/ponder"
    environment = {
        "PONDER_DATA_DIR": str(tmp_path),
        "DATABASE_URL": url,
        "PONDER_SECRET_KEY": "0123456789abcdef",
    }
    assert Settings.from_environment(environment).database_url == url


def test_a_private_key_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "key.der").write_bytes(b"\x30\x82\xff")
    names = ("GITHUB_APP_ID", "GITHUB_WEBHOOK_SECRET", "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET")
    app = dict.fromkeys(names, "x") | {"GITHUB_PRIVATE_KEY": str(tmp_path / "key.der")}
    with pytest.raises(UserError, match="no PEM"):
        Settings.from_environment({"PONDER_DATA_DIR": str(tmp_path), **app})


def test_registries_are_named_by_the_operator_alone(tmp_path: Path) -> None:
    none = Settings.from_environment({"PONDER_DATA_DIR": str(tmp_path)})
    assert none.registries == Registries()
    named = Settings.from_environment(
        {
            "PONDER_DATA_DIR": str(tmp_path),
            "PONDER_PYTHON_INDEX": "https://registry.example.com/simple/",
            "PONDER_REGISTRY_HOSTS": "files.example.com, Cache.example.com:8443",
        }
    )
    hosts = ("files.example.com", "cache.example.com:8443")
    assert named.registries == Registries("https://registry.example.com/simple", "", hosts)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PONDER_REGISTRY_HOSTS", "https://a.example"), ("PONDER_NODE_REGISTRY", "file:///srv")],
)
def test_a_registry_that_is_none_is_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(UserError, match=name):
        Settings.from_environment({"PONDER_DATA_DIR": str(tmp_path), name: value})
