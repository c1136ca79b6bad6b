"""Git reads a private repository with the token that GitHub gives for it, and with no other."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from core.errors import UserError
from core.github import GitHub
from tests.github_stand_in.server import StandIn
from workers import git


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A repository of one commit, with the head of a pull request."""
    path = tmp_path / "bare.git"
    work = tmp_path / "work"
    run = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run(["git", "init", "-q", "-b", "main", str(work)], check=True)
    (work / "a.py").write_text("x = 1\n")
    subprocess.run([*run, "-C", str(work), "add", "."], check=True)
    subprocess.run([*run, "-C", str(work), "commit", "-qm", "one"], check=True)
    subprocess.run(["git", "clone", "-q", "--bare", str(work), str(path)], check=True)
    head = ["update-ref", "refs/pull/7/head", "main"]
    subprocess.run(["git", "-C", str(path), *head], check=True)
    return path


async def test_a_private_repository_is_read_with_its_own_token(
    github: GitHub, stand_in: StandIn, bare: Path, tmp_path: Path
) -> None:
    installation = stand_in.world.installation()
    repository = stand_in.world.repository(installation, private=True)
    repository.git = bare
    other = stand_in.world.repository(installation, "other", private=True)
    source = f"{stand_in.url}/{repository.full_name}.git"

    login = git.Credentials(*await github.git_credentials(installation.id, repository.id))
    await git.fetch(source, tmp_path / "mirror", credentials=login)
    assert len(git.resolve(tmp_path / "mirror", "main")) == 40

    wrong = git.Credentials(*await github.git_credentials(installation.id, other.id))
    for credentials in (None, wrong):
        with pytest.raises(UserError):
            await git.fetch(source, tmp_path / "refused", credentials=credentials)
