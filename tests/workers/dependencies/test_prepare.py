"""Packages that a repository needs: from the listed registry alone, and nothing of them is run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Registries
from tests.workers.dependencies.registry import Registry, lock, serving
from workers.dependencies import Prepared, prepare
from workers.sandbox import Limits, Result, Sandbox, open_sandbox

EVIL = "open('/repository/ran', 'w').write('evil')\nraise SystemExit\n"


@pytest.fixture
def registry() -> Iterator[Registry]:
    with serving() as opened:
        opened.add_wheel("till", "1.0", "VERSION = 1\n")
        opened.add_wheel("till", "2.0", "VERSION = 2\n", needs="coin")
        opened.add_wheel("coin", "0.1", "VALUE = 5\n")
        opened.add_source("built", "1.0", EVIL)
        yield opened


@pytest.fixture
async def sandbox(tmp_path: Path) -> Sandbox:
    opened = await open_sandbox(tmp_path / "scratch")
    assert opened is not None
    return opened


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir()
    return tmp_path / "code"


async def prepared(
    sandbox: Sandbox, code: Path, registry: Registry, *, allowed: bool = True
) -> Prepared:
    registries = Registries(registry.python, registry.node)
    return await prepare(sandbox, code, code.parent / "cache", registries, allowed=allowed)


async def python(sandbox: Sandbox, made: Prepared, script: str) -> Result:
    async with sandbox.workspace(None, given=made.given) as workspace:
        return await workspace.run(
            ["python", "-c", script], limits=Limits(), environment={"PYTHONPATH": "/repository/own"}
        )


async def test_packages_are_fetched_once_and_seen_in_runs(
    sandbox: Sandbox, code: Path, registry: Registry
) -> None:
    (code / "pyproject.toml").write_text('[project]\nname = "shop"\ndependencies = ["till>=1"]')
    made = await prepared(sandbox, code, registry)
    assert made.notes == ("python: the packages were fetched",)
    script = "import coin, till, os; print(till.VERSION, coin.VALUE, os.environ['PYTHONPATH'])"
    ran = await python(sandbox, made, script)
    assert ran.stdout == "2 5 /repository/own:/dependencies/python\n", ran.stderr
    asked = len(registry.asked)
    again = await prepared(sandbox, code, registry)
    assert (again.notes, again.given) == (("python: the packages were there",), made.given)
    assert len(registry.asked) == asked
    ran = await python(sandbox, made, "open('/dependencies/python/till/evil.py', 'w')")
    assert "Read-only file system" in ran.stderr
    assert list(sandbox.scratch.iterdir()) == []


async def test_what_tests_are_run_with_is_the_toolchains(
    sandbox: Sandbox, code: Path, registry: Registry
) -> None:
    registry.add_wheel("plugin", "1.0", "LOADED = 1\n", needs="pytest<3")
    (code / "requirements.txt").write_text("plugin\npytest==2.0\n")
    made = await prepared(sandbox, code, registry)
    ran = await python(sandbox, made, "import plugin, pytest; print(pytest.__file__)")
    assert ran.stdout.startswith(str(sandbox.toolchain.folder)), made.notes


async def test_versions_of_a_lock_are_taken(
    sandbox: Sandbox, code: Path, registry: Registry
) -> None:
    (code / "pyproject.toml").write_text('[project]\nname = "shop"\ndependencies = ["till"]')
    (code / "uv.lock").write_text('[[package]]\nname = "till"\nversion = "1.0"\n')
    ran = await python(
        sandbox, await prepared(sandbox, code, registry), "import till as t; t.VERSION"
    )
    assert ran.ok, ran.stderr
    ran = await python(
        sandbox, await prepared(sandbox, code, registry), "import till; print(till.VERSION)"
    )
    assert ran.stdout == "1\n"


async def test_a_lock_whose_versions_are_gone_is_left_aside(
    sandbox: Sandbox, code: Path, registry: Registry
) -> None:
    (code / "requirements.txt").write_text("till\n")
    (code / "uv.lock").write_text('[[package]]\nname = "till"\nversion = "0.3"\n')
    ran = await python(
        sandbox, await prepared(sandbox, code, registry), "import till; print(till.VERSION)"
    )
    assert ran.stdout == "2\n"


async def test_a_host_that_is_not_listed_is_named_and_not_spoken_to(
    sandbox: Sandbox, code: Path, registry: Registry
) -> None:
    (code / "requirements.txt").write_text("far\n")
    file = "far-1.0-py3-none-any.whl"
    elsewhere = f"http://localhost:{registry.port}/files/{file}"
    registry.pages["/simple/far/"] = f'<a href="{elsewhere}">{file}</a>'.encode()
    made = await prepared(sandbox, code, registry)
    assert made.given.mounts == {}
    assert f"not listed: localhost:{registry.port}" in made.notes[0]
    assert set(registry.asked) == {"/simple/far/"}


async def test_nothing_is_built(sandbox: Sandbox, code: Path, registry: Registry) -> None:
    (code / "requirements.txt").write_text("built\n")
    made = await prepared(sandbox, code, registry)
    assert (made.given.mounts, len(made.notes)) == ({}, 1)
    assert "could not be installed" in made.notes[0]
    asked = len(registry.asked)
    assert (await prepared(sandbox, code, registry)).notes == made.notes
    assert len(registry.asked) == asked, "the same failure is not asked for again at once"


async def test_nothing_is_fetched_where_it_is_not_allowed(
    sandbox: Sandbox, code: Path, registry: Registry
) -> None:
    (code / "requirements.txt").write_text("till\n")
    made = await prepared(sandbox, code, registry, allowed=False)
    assert (made.given.mounts, made.notes, registry.asked) == ({}, (), [])


async def test_a_folder_of_this_machine_serves_without_any_network(
    sandbox: Sandbox, code: Path, registry: Registry, tmp_path: Path
) -> None:
    for path, content in registry.pages.items():
        name = f"{path}index.html" if path.endswith("/") else path
        target = tmp_path / "house" / name.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.replace(b'"/files', b'"../../files'))
    (code / "requirements.txt").write_text("till\n")
    registries = Registries((tmp_path / "house" / "simple").as_uri())
    made = await prepare(sandbox, code, tmp_path / "cache", registries, allowed=True)
    ran = await python(sandbox, made, "import till; print(till.VERSION)")
    assert (ran.stdout, registry.asked) == ("2\n", []), made.notes


async def test_packages_of_node_are_fetched_and_their_scripts_not_run(
    sandbox: Sandbox, code: Path, registry: Registry
) -> None:
    scripts = {"install": "touch /repository/ran", "postinstall": "touch /repository/made/ran"}
    about = {"name": "till", "version": "1.0.0", "scripts": scripts, "main": "index.js"}
    files = {"package.json": json.dumps(about), "index.js": "module.exports = 7"}
    integrity = registry.add_package("till", files)
    (code / "package.json").write_text(
        json.dumps({"dependencies": {"till": "1.0.0"}, "scripts": {"preinstall": "touch ran"}})
    )
    (code / "package-lock.json").write_text(
        lock(registry, {"till": (integrity, {"hasInstallScript": True})})
    )
    (code / ".npmrc").write_text("registry=http://127.0.0.1:1/\nignore-scripts=false\n")
    made = await prepared(sandbox, code, registry)
    assert made.notes == ("node: the packages were fetched",)
    assert registry.asked == ["/npm/till/-/till-1.0.0.tgz"]
    async with sandbox.workspace(code, given=made.given) as workspace:
        ran = await workspace.run(["node", "-p", "require('till')"], limits=Limits())
    assert ran.stdout == "7\n", ran.stderr
    assert [path.name for path in (code.parent / "cache").rglob("ran")] == []


async def test_a_package_that_is_not_what_the_lock_says_is_refused(
    sandbox: Sandbox, code: Path, registry: Registry
) -> None:
    registry.add_package("till", {"package.json": "{}"})
    (code / "package.json").write_text('{"dependencies": {"till": "1.0.0"}}')
    (code / "package-lock.json").write_text(lock(registry, {"till": ("sha512-AAAA", {})}))
    made = await prepared(sandbox, code, registry)
    assert made.given.mounts == {}
    assert "could not be installed" in made.notes[0]
