"""What comes out of the sandbox is hostile: names, links, pipes and sizes too."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.sandbox import files

MOST = 1000


@pytest.fixture
def top(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "outside").mkdir()
    folder = tmp_path / "top"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "a.txt").write_text("inside")
    return folder


def test_a_plain_file_is_read_up_to_a_limit(top: Path) -> None:
    assert files.read(top, "in/a.txt", MOST) == b"inside"
    assert files.read(top, "./in/a.txt", 2) == b"in"


@pytest.mark.parametrize(
    "path",
    ["", ".", "in", "none", "../secret", "in/../../secret", "/etc/hostname", "in//a.txt", "a\0b"],
)
def test_what_is_no_file_below_the_top_is_nothing(top: Path, path: str) -> None:
    assert files.read(top, path, MOST) is None


@pytest.mark.parametrize("target", ["../../secret", "a.txt", "/etc/passwd", "../in/link"])
def test_a_link_is_not_followed(top: Path, target: str) -> None:
    (top / "in" / "link").symlink_to(target)
    assert files.read(top, "in/link", MOST) is None


@pytest.mark.parametrize("target", ["..", "../outside", "in", "/"])
def test_a_link_on_the_way_is_not_followed(top: Path, target: str) -> None:
    (top / "way").symlink_to(target)
    for path in ("way/secret", "way/a.txt", "way/etc/passwd"):
        assert files.read(top, path, MOST) is None
        with pytest.raises(ValueError, match="link"):
            files.write(top, path, b"x", None)
    assert not (top.parent / "outside" / "a.txt").exists()
    assert (top.parent / "secret").read_text() == "secret"
    assert files.names(top, "way", 10) == []


def test_neither_pipes_nor_sockets_are_opened(top: Path) -> None:
    os.mkfifo(top / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(top / "socket"))
        assert files.read(top, "pipe", MOST) is None
        assert files.read(top, "socket", MOST) is None
    assert files.names(top, "", 10) == ["in/a.txt"]


@pytest.mark.skipif(os.geteuid() != 0, reason="devices are made by root")
def test_a_device_is_not_opened(top: Path) -> None:
    os.mknod(top / "zero", 0o20666, os.makedev(1, 5))
    assert files.read(top, "zero", MOST) is None


def test_a_link_in_place_of_a_file_is_replaced(top: Path) -> None:
    (top / "link").symlink_to(top.parent / "secret")
    files.write(top, "link", b"ours", None)
    assert files.read(top, "link", MOST) == b"ours"
    assert (top.parent / "secret").read_text() == "secret"


def test_folders_on_the_way_are_made(top: Path) -> None:
    files.write(top, "new/folder/a.txt", b"ours", None)
    assert (top / "new" / "folder" / "a.txt").read_bytes() == b"ours"


def test_names_are_in_order_and_limited(top: Path) -> None:
    for name in ("b", "a/c", "a/b", "z"):
        files.write(top, f"names/{name}", b"", None)
    assert files.names(top, "names", 10) == ["names/a/b", "names/a/c", "names/b", "names/z"]
    assert len(files.names(top, "", 2)) == 2
    assert files.names(top, "none", 10) == []


parts = st.sampled_from(["in", "a.txt", "..", ".", "", "way", "x", "/", "secret", "outside", "\0"])


@given(st.lists(parts, max_size=6).map("/".join))
def test_no_path_leads_out(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    above = tmp_path_factory.mktemp("above")
    (above / "secret").write_text("secret")
    (above / "top" / "in").mkdir(parents=True)
    (above / "top" / "way").symlink_to("..")
    assert files.read(above / "top", path, MOST) in (None, b"")
    with suppress(OSError, ValueError):
        files.write(above / "top", path, b"", None)
    assert {each.name for each in above.iterdir()} == {"secret", "top"}
    assert (above / "secret").read_text() == "secret"
