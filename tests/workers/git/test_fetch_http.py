"""Over HTTP, with and without a login."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.errors import UserError
from core.settings import Secret
from tests.checkout import Checkout
from tests.git_server import serve_git
from workers import git
from workers.git import Credentials


def bare(checkout: Checkout, root: Path) -> Path:
    """A bare copy, as a server has it."""
    checkout.git("clone", "--quiet", "--bare", str(checkout.path), str(root / "shop.git"))
    return root / "shop.git"


async def test_a_repository_is_fetched_over_http(
    checkout: Checkout, mirror: Path, tmp_path: Path
) -> None:
    bare(checkout, tmp_path / "served")
    seen: list[tuple[str, int, int]] = []
    async with serve_git(tmp_path / "served") as address:
        await git.fetch(f"{address}/shop.git", mirror, progress=lambda *step: seen.append(step))
        assert git.resolve(mirror, "") == checkout.git("rev-parse", "HEAD")
        await git.fetch(f"{address}/shop.git", mirror)
    assert ("clone", 3, 3) in seen


async def test_bad_addresses_end_in_one_sentence(
    checkout: Checkout, mirror: Path, tmp_path: Path
) -> None:
    bare(checkout, tmp_path / "served")
    async with serve_git(tmp_path / "served") as address:
        with pytest.raises(UserError, match=rf"no git repository at {address}/other\.git; check"):
            await git.fetch(f"{address}/other.git", mirror)
    with pytest.raises(UserError, match=r"127\.0\.0\.1 cannot be reached; check the address"):
        await git.fetch(f"{address}/shop.git", mirror)
    with pytest.raises(UserError, match=r"host\.invalid cannot be reached"):
        await git.fetch("https://host.invalid/a/b", mirror)
    assert not mirror.exists()


LOGIN = ("x-access-token", "ghs_a.very-secret_token")


async def test_a_login_is_asked_for_and_refused_in_one_sentence(
    checkout: Checkout, mirror: Path, tmp_path: Path
) -> None:
    bare(checkout, tmp_path / "served")
    async with serve_git(tmp_path / "served", login=LOGIN) as address:
        with pytest.raises(UserError, match="needs a login, or does not exist"):
            await git.fetch(f"{address}/shop.git", mirror)
        with pytest.raises(UserError, match=r"The login for .* was refused"):
            await git.fetch(
                f"{address}/shop.git", mirror, credentials=Credentials(LOGIN[0], Secret("wrong"))
            )


async def test_a_login_is_nowhere_but_in_the_environment(
    checkout: Checkout, mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare(checkout, tmp_path / "served")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[credential]\n\thelper = store\n")
    monkeypatch.setenv("HOME", str(home))
    async with serve_git(tmp_path / "served", login=LOGIN) as address:
        watching = asyncio.create_task(arguments_of_processes())
        await git.fetch(
            f"{address}/shop.git", mirror, credentials=Credentials(LOGIN[0], Secret(LOGIN[1]))
        )
        watching.cancel()
        assert not await watching
    assert git.resolve(mirror, "") == checkout.git("rev-parse", "HEAD")
    written = [file for folder in (mirror, home) for file in folder.rglob("*") if file.is_file()]
    assert written
    assert [file for file in written if LOGIN[1].encode() in file.read_bytes()] == []
    assert not (home / ".git-credentials").exists()


async def arguments_of_processes() -> set[str]:
    """The arguments, of all processes while it runs, that show the secret."""
    found: set[str] = set()
    try:
        while True:
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    arguments = process.read_bytes()
                except OSError:
                    continue
                if LOGIN[1].encode() in arguments:
                    found.add(arguments.decode())
            await asyncio.sleep(0.002)
    except asyncio.CancelledError:
        return found


async def test_a_login_is_not_taken_to_another_host(
    checkout: Checkout, tmp_path: Path, mirror: Path
) -> None:
    bare(checkout, tmp_path / "served")
    async with serve_git(tmp_path / "served", login=LOGIN) as address:
        from aiohttp import web

        async def elsewhere(request: web.Request) -> web.Response:
            raise web.HTTPMovedPermanently(f"{address}{request.path_qs}")

        app = web.Application()
        app.router.add_get("/{path:.*}", elsewhere)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        try:
            with pytest.raises(UserError, match="login"):
                await git.fetch(
                    f"http://127.0.0.1:{port}/shop.git",
                    mirror,
                    credentials=Credentials(LOGIN[0], Secret(LOGIN[1])),
                )
        finally:
            await runner.cleanup()
