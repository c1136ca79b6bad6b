from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from workers.git import raw_path, text_path

paths = st.binary(min_size=1).filter(lambda raw: b"\0" not in raw)


@given(paths)
@example(b"caf\xe9/\\xe9.py")
@example(b"plain\\xff.py")
@example(b"plain\xff.py")
def test_every_path_of_git_comes_back_from_its_text(raw: bytes) -> None:
    assert raw_path(text_path(raw)) == raw


@given(paths, paths)
@example(b"\xff", b"\\xff")
@example(b"\\x5cxff", b"\\xff")
def test_two_paths_never_share_one_text(one: bytes, other: bytes) -> None:
    assert (text_path(one) == text_path(other)) == (one == other)


def test_a_path_in_utf_8_is_its_text() -> None:
    assert text_path("src/naïve \\ name\n.py".encode()) == "src/naïve \\ name\n.py"
    assert text_path(b"caf\xe9.py") == "caf\\xe9.py"
