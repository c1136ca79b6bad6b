from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli import checks
from tests.cli.conftest import Ponder
from tests.static_model import save_static_model


def found(output: str) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(output)["checks"]}


def test_what_is_not_set_is_off_and_no_failure(ponder: Ponder) -> None:
    done = ponder("doctor", "--json")
    assert done.returncode == 0
    states = {name: check["state"] for name, check in found(done.stdout).items()}
    assert states["PostgreSQL"] == states["pgvector"] == states["Redis"] == states["git"] == "ok"
    assert states["migrations"] == states["disk"] == "ok"
    assert states["GitHub"] == states["model"] == states["workers"] == "off"
    assert all(check["mend"] for check in found(done.stdout).values() if check["state"] == "off")


def test_people_read_what_is_off_and_the_way_out(ponder: Ponder) -> None:
    done = ponder("doctor")
    assert "✓ PostgreSQL" in done.stdout
    assert "turns off: the GitHub door and signing in" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Ponder works.")


def test_a_database_out_of_reach_is_a_failure(ponder: Ponder) -> None:
    done = ponder("doctor", "--json", DATABASE_URL="postgresql://ponder@127.0.0.1:1/ponder")
    assert done.returncode == 1
    assert found(done.stdout)["PostgreSQL"]["state"] == "broken"


def test_an_environment_that_needs_mending_is_a_failure(ponder: Ponder) -> None:
    done = ponder("doctor", "--json", REDIS_URL="http://wrong")
    assert done.returncode == 1
    assert "REDIS_URL must start with" in found(done.stdout)["environment"]["found"]


def test_a_model_out_of_reach_is_off(ponder: Ponder) -> None:
    done = ponder(
        "doctor", "--json", OPENAI_BASE_URL="http://127.0.0.1:1/v1", PONDER_CHAT_MODEL="m"
    )
    assert done.returncode == 0
    assert found(done.stdout)["chat model m"]["state"] == "off"


def test_the_provider_of_embeddings_is_said(ponder: Ponder, tmp_path: Path) -> None:
    def said(**variables: str) -> tuple[str, str]:
        done = ponder("doctor", "--json", **variables)
        check = found(done.stdout)["embeddings"]
        return check["state"], check["found"]

    assert said() == ("ok", "learned from each repository, without a model")
    local = f"model2vec:{save_static_model(tmp_path / 'tiny')}"
    state, what = said(PONDER_EMBEDDING_MODEL=local)
    assert state == "ok"
    assert what.startswith("model2vec:tiny@") and what.endswith(" on this machine, 3 dimensions")
    dead = "http://127.0.0.1:1/v1"
    state, what = said(PONDER_EMBEDDING_MODEL="small", OPENAI_BASE_URL=dead)
    assert (state, what[:7]) == ("off", "small: ")


def test_weights_that_are_not_there_are_off_with_the_way_out(ponder: Ponder) -> None:
    done = ponder("doctor", "--json", PONDER_EMBEDDING_MODEL="model2vec:/nowhere/tiny")
    assert done.returncode == 0
    check = found(done.stdout)["embeddings"]
    assert check["state"] == "off"
    assert check["found"].endswith("could not be had (there is no such folder)")
    assert check["turns_off"].endswith("vectors learned from each repository serve instead")
    assert check["mend"].startswith("put them into a folder and set PONDER_EMBEDDING_MODEL=")


def test_an_app_whose_key_is_none_is_off(ponder: Ponder) -> None:
    names = ("APP_ID", "WEBHOOK_SECRET", "CLIENT_ID", "CLIENT_SECRET")
    done = ponder(
        "doctor",
        "--json",
        GITHUB_PRIVATE_KEY="-----BEGIN nonsense",
        **{f"GITHUB_{name}": "1" for name in names},
    )
    assert done.returncode == 0
    assert "GITHUB_PRIVATE_KEY is no RSA private key" in found(done.stdout)["GitHub"]["found"]


def test_a_full_disk_is_a_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for free, state in ((5 * 10**9, "ok"), (10**9, "off"), (10**6, "broken")):
        monkeypatch.setattr(
            checks.shutil, "disk_usage", lambda _, free=free: type("Usage", (), {"free": free})
        )
        assert checks.disk(tmp_path / "not" / "yet").state == state


def test_a_missing_permission_is_named() -> None:
    granted = {"contents": "write", "issues": "read"}
    needed = {"contents": "read", "issues": "write", "checks": "write"}
    assert checks._lacking(granted, needed) == ["issues: write", "checks: write"]


def test_an_old_git_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, state in (("git version 2.39.5", "ok"), ("git version 2.7.4", "broken")):
        monkeypatch.setattr(checks, "_run", lambda _, said=said: said)
        assert checks.git().state == state


def test_no_clang_is_off_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.fuzzers.native.compiler.compiler", lambda: None)
    found = checks.clang()
    assert (found.state, found.turns_off) == (checks.OFF, "fuzzing of C and C++")
    assert "apt-get install clang" in found.mend
