"""The set-up installs once, keeps to the machine's settings, and says what failed."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.tree import ROOT


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The set-up script, with its folders in a temporary place."""
    path = ROOT / "requirements" / "install.py"
    spec = importlib.util.spec_from_file_location("install", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folders = {"app": tmp_path / "venv", "dev": tmp_path / "venv", "toolchain": tmp_path / "tools"}
    monkeypatch.setattr(module, "FOLDERS", folders)
    monkeypatch.setattr(module, "CACHE", tmp_path / "cache")
    return module


def installed(folder: Path, stamp: str) -> None:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder / "installed.txt").write_text(stamp)


def test_what_is_installed_is_not_installed_again(
    install: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path / "tools", install._stamp("toolchain"))
    monkeypatch.setattr(install, "_run", lambda *_: pytest.fail("something was run"))
    install.main("toolchain")


def test_another_lock_makes_it_install_again(install: ModuleType, tmp_path: Path) -> None:
    installed(tmp_path / "tools", install._stamp("app"))
    assert not install._is_current(tmp_path / "tools", install._stamp("toolchain"))


def test_a_folder_whose_interpreter_is_gone_is_made_again(
    install: ModuleType, tmp_path: Path
) -> None:
    stamp = install._stamp("toolchain")
    installed(tmp_path / "tools", stamp)
    (tmp_path / "tools/bin/python").unlink()
    (tmp_path / "tools/bin/python").symlink_to(tmp_path / "gone")
    assert not install._is_current(tmp_path / "tools", stamp)


def test_running_after_testing_keeps_what_the_tests_need(
    install: ModuleType, tmp_path: Path
) -> None:
    installed(tmp_path / "venv", install._stamp("dev"))
    assert install._wanted("app") == "dev"
    assert install._wanted("toolchain") == "toolchain"


def test_the_index_that_pip_uses_is_the_one_that_uv_uses(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    monkeypatch.setenv("PIP_CERT", "/etc/ssl/example.pem")
    environment = install._environment({"PATH": "/bin", "VIRTUAL_ENV": "/elsewhere"})
    assert environment["UV_DEFAULT_INDEX"] == "https://index.example/simple"
    assert environment["SSL_CERT_FILE"] == "/etc/ssl/example.pem"
    assert "VIRTUAL_ENV" not in environment


def test_settings_in_any_of_pips_files_count(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`pip config get` would read the user's file only; `list` reads all of them."""
    listed = ":env:.timeout='9'\nglobal.cert='/etc/ssl/example.pem'\ninstall.quiet='1'\n"

    def pip(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        assert command[1:] == ["-m", "pip", "config", "list"]
        return subprocess.CompletedProcess(command, 0, stdout=listed)

    monkeypatch.delenv("PIP_CERT", raising=False)
    monkeypatch.setattr(install.subprocess, "run", pip)
    assert install._environment({})["SSL_CERT_FILE"] == "/etc/ssl/example.pem"


def test_an_index_set_for_uv_wins(install: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    environment = install._environment({"UV_DEFAULT_INDEX": "https://other.example/simple"})
    assert environment["UV_DEFAULT_INDEX"] == "https://other.example/simple"


def test_a_failed_installation_says_what_to_look_at(
    install: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="the lines above say why"):
        install._run([sys.executable, "-c", "raise SystemExit('no index')"], os.environ)
    assert "no index" in capfd.readouterr().err


def stand_in(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def run_system(folder: Path, *wanted: str) -> subprocess.CompletedProcess[str]:
    """The script for system packages, on a machine whose commands are the folder's."""
    for name in ("sh", "find", "grep", "test", "env"):
        (folder / name).symlink_to(f"/usr/bin/{name}")
    stand_in(folder, "git", 'echo "$0.d"')
    stand_in(folder, "python3", "exit 0")
    (folder / "git.d").mkdir()
    stand_in(folder / "git.d", "git-http-backend", "")
    for name in () if wanted else ("chromium", "node", "npm"):
        stand_in(folder, name, "exit 0")
    return subprocess.run(
        [ROOT / "requirements" / "system", *wanted],
        cwd=ROOT,
        env={"PATH": str(folder), "PYTHON": sys.executable},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_apt_is_not_called_where_nothing_is_missing(tmp_path: Path) -> None:
    stand_in(tmp_path, "bwrap", "exit 0")
    stand_in(tmp_path, "apt-get", "exit 100")
    assert run_system(tmp_path).returncode == 0


def test_what_is_missing_is_installed_and_named(tmp_path: Path) -> None:
    stand_in(tmp_path, "apt-get", f'echo "$@" >> {tmp_path}/called')
    stand_in(tmp_path, "id", "echo 0")
    done = run_system(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "need these system packages: bubblewrap" in done.stderr
    update, install = (tmp_path / "called").read_text().splitlines()
    assert update.endswith("update")
    assert install.endswith("install --no-install-recommends bubblewrap")


def test_running_asks_for_no_more_than_the_sandbox(tmp_path: Path) -> None:
    stand_in(tmp_path, "apt-get", f'echo "$@" >> {tmp_path}/called')
    stand_in(tmp_path, "id", "echo 0")
    done = run_system(tmp_path, "sandbox")
    assert "Running a repository's code needs these system packages: bubblewrap\n" in done.stderr
    assert (tmp_path / "called").read_text().endswith("recommends bubblewrap\n")


def test_who_may_not_install_is_told_the_command(tmp_path: Path) -> None:
    stand_in(tmp_path, "apt-get", "exit 100")
    stand_in(tmp_path, "id", "echo 1000")
    done = run_system(tmp_path)
    assert done.returncode == 1
    assert "apt-get install -y bubblewrap" in done.stderr
