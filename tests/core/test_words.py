"""One is one, and two are two."""

from core.words import many


def test_a_count_has_its_noun_with_it() -> None:
    assert [many(n, "line") for n in (0, 1, 2, 1204)] == [
        "0 lines",
        "1 line",
        "2 lines",
        "1,204 lines",
    ]
    assert many(2, "file depends", "files depend") == "2 files depend"
