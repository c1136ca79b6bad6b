"""The files of a commit in a folder: all that belong there, and nothing outside of it."""

from __future__ import annotations

from pathlib import Path

from tests.checkout import Checkout
from workers.git import export


def test_files_are_written_as_they_are_at_the_commit(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "shop")
    checkout.write("a/b.py", b"x = 1\r\n")
    checkout.write("run.sh", "echo").chmod(0o755)
    commit = checkout.commit()
    checkout.write("a/b.py", "changed")
    checkout.commit()
    exported = export(checkout.path / ".git", commit, tmp_path)
    assert (exported.files, exported.left_out) == (2, ())
    assert (tmp_path / "a/b.py").read_bytes() == b"x = 1\r\n"
    assert (tmp_path / "run.sh").stat().st_mode & 0o111


def test_links_stay_within_and_lead_nothing_elsewhere(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "shop")
    checkout.write("a.py")
    for name, target in (("in", "a.py"), ("out", "../../etc/passwd"), ("whole", "/etc/passwd")):
        (checkout.path / name).symlink_to(target)
    commit = checkout.commit()
    folder = tmp_path / "out"
    folder.mkdir()
    exported = export(checkout.path / ".git", commit, folder)
    assert exported.left_out == ("out", "whole")
    assert (folder / "in").read_text() == "x = 1\n"


def test_a_tree_that_names_its_parent_writes_nothing_there(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "shop")
    checkout.commit()
    blob = checkout.git("hash-object", "-w", "--stdin", stdin=b"hostile")
    entry = b"100644 ..\0" + bytes.fromhex(blob)
    literally = ("hash-object", "-t", "tree", "-w", "--literally", "--stdin")
    commit = checkout.git("commit-tree", checkout.git(*literally, stdin=entry), "-m", "hostile")
    folder = tmp_path / "out"
    folder.mkdir()
    assert export(checkout.path / ".git", commit, folder).left_out == ("..",)
    assert list(folder.iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} == {"shop", "out"}
