"""REPO as a person writes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.repo_name import Named, is_local, parse_repo, top_folder

GITHUB = "https://github.test"
HERE = Path("/home/me/code")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("octo/project", ("octo/project", "https://github.test/octo/project.git")),
        (" octo/project.git ", ("octo/project", "https://github.test/octo/project.git")),
        ("https://git.test/a/b/c.git/", ("a/b/c", "https://git.test/a/b/c.git")),
        ("ssh://git@git.test:2222/a/b", ("a/b", "ssh://git@git.test:2222/a/b")),
        ("git@git.test:a/b.git", ("a/b", "git@git.test:a/b.git")),
        ("file:///srv/git/my%20project.git", ("my project", "/srv/git/my project.git")),
        ("/srv/git/project", ("project", "/srv/git/project")),
        (".", ("code", "/home/me/code")),
        ("./octo/project", ("project", "/home/me/code/octo/project")),
        ("project", ("project", "/home/me/code/project")),
    ],
)
def test_what_a_person_may_write(text: str, named: tuple[str, str]) -> None:
    assert parse_repo(text, GITHUB, here=HERE) == named


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\nb",
        "ftp://host/a",
        "ext::sh -c id://x",
        "https://me:secret@host/a/b",
        "https://token@host/a/b",
        "https://host",
        "https://[broken/a",
        "ssh://-oProxyCommand=id/a",
        "-u/x:y",
        "./relative",
        "project",
    ],
)
def test_what_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_repo(text, GITHUB)
    assert str(refused.value).endswith(".")


@given(st.text())
def test_whatever_is_written_git_never_gets_an_option_or_a_remote_helper(text: str) -> None:
    try:
        named = parse_repo(text, GITHUB, here=HERE)
    except UserError:
        return
    assert isinstance(named, Named)
    assert named.name
    assert not named.source.startswith("-")
    assert is_local(named.source) or "::" not in named.source.split("/")[0]


def test_a_folder_belongs_to_the_repository_around_it(tmp_path: Path) -> None:
    top = tmp_path / "shop"
    (top / ".git").mkdir(parents=True)
    (top / "src" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(top / "src")
    for inside in (top, top / "src" / "deep", top / ".git", tmp_path / "link"):
        assert top_folder(inside) == ("shop", str(top.resolve()))


def test_a_bare_repository_is_its_own_top(tmp_path: Path) -> None:
    bare = tmp_path / "shop.git"
    for folder in ("objects", "refs"):
        (bare / folder).mkdir(parents=True)
    (bare / "HEAD").write_text("ref: refs/heads/main\n")
    assert top_folder(bare) == ("shop", str(bare.resolve()))


def test_a_folder_that_is_no_repository_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a git repository"):
        top_folder(tmp_path)
    with pytest.raises(UserError, match="There is no folder"):
        top_folder(tmp_path / "missing")
