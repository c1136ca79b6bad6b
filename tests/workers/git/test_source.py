from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UserError
from tests.checkout import Checkout
from workers.git import source_of


def test_a_path_is_named_by_its_work_tree(tmp_path: Path) -> None:
    Checkout(tmp_path / "shop").write("src/a.py")
    for given in ("shop", "shop/src", "shop/.git"):
        source = source_of(str(tmp_path / given))
        assert (source.name, source.location, source.local) == (
            "shop",
            str(tmp_path / "shop"),
            True,
        )
    assert source_of((tmp_path / "shop").as_uri()).location == str(tmp_path / "shop")


@pytest.mark.parametrize(
    ("text", "name", "location"),
    [
        ("ada/shop", "ada/shop", "https://github.test/ada/shop.git"),
        ("https://git.test/ada/shop.git", "ada/shop", "https://git.test/ada/shop.git"),
        ("ssh://git@git.test/ada/shop", "ada/shop", "ssh://git@git.test/ada/shop"),
        ("git@git.test:ada/shop.git", "ada/shop", "git@git.test:ada/shop.git"),
    ],
)
def test_urls_and_names_are_read_as_people_write_them(text: str, name: str, location: str) -> None:
    source = source_of(text, github_url="https://github.test")
    assert (source.name, source.location, source.local) == (name, location, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ext::sh -c 'touch /tmp/owned'", "does not fetch over 'ext'"),
        ("fd::17", "does not fetch over 'fd'"),
        ("ftp://git.test/a", "does not fetch over 'ftp'"),
        ("--upload-pack=touch", "cannot start with '-'"),
        ("ssh://-oProxyCommand=touch/a", "names no host"),
        ("-oProxyCommand=touch:a", "cannot start with '-'"),
        ("https://ada:secret@git.test/a", "Leave the password out of the URL"),
        ("/no/such/folder", "There is no folder /no/such/folder"),
        ("file:///no/such/folder", "There is no folder /no/such/folder"),
    ],
)
def test_what_git_must_not_fetch_from_is_refused_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        source_of(text)


def test_a_folder_that_is_no_repository_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a git repository; run 'git init'"):
        source_of(str(tmp_path))
