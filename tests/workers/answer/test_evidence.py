"""Quotes are found where they stand, in git and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from workers.answer.cite import Lines
from workers.answer.evidence import Evidence, is_telling
from workers.answer.pack import Packed
from workers.answer.place import Place
from workers.answer.source import Source, Text


def evidence_of(lines: Sequence[str], path: str = "a.py") -> Evidence:
    text = Text("sha", tuple(lines))
    return Evidence(Source(Path("nowhere"), "commit", {path: text, "b.py": None}))


CODE = ["def alef():", "    return one", "", "def beth():", "    return one", "    # two words"]


def test_of_equal_places_the_nearest_is_taken() -> None:
    evidence = evidence_of(CODE)
    first, second = evidence.add(Lines("a.py", 1, 2)), evidence.add(Lines("a.py", 4, 6))
    assert evidence.find("return one", first) == Lines("a.py", 2, 2)
    assert evidence.find("return one", second) == Lines("a.py", 5, 5)


def test_white_space_does_not_matter_and_words_do() -> None:
    evidence = evidence_of(CODE)
    passage = evidence.add(Lines("a.py", 4, 6))
    assert evidence.find("def beth():\nreturn   one\n  # two", passage) == Lines("a.py", 4, 6)
    assert evidence.find("def beth(): return two", passage) is None
    assert evidence.find("", passage) is None


def test_a_passage_is_shown_once() -> None:
    evidence = evidence_of(CODE)
    assert evidence.add(Lines("a.py", 1, 6)) is evidence.add(Lines("a.py", 2, 2))
    assert evidence.add(Lines("a.py", 9, 12)) is None
    assert evidence.add(Lines("b.py", 1, 1)) is None
    assert evidence.get(0) is evidence.get(2) is None


words = st.sampled_from(["aaaa", "b", "return x", "", "  ", "é\u2028", "a b", "\x0c"])


@given(st.lists(words, min_size=1, max_size=12), st.data())
def test_what_was_cut_out_of_a_file_is_found_there(lines: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(1, len(lines)))
    end = data.draw(st.integers(start, len(lines)))
    quote = "\n".join(lines[start - 1 : end])
    evidence = evidence_of(lines)
    passage = evidence.add(Lines("a.py", start, end))
    if passage is None or not is_telling(quote):
        return
    found = evidence.find(quote, passage)
    assert found is not None
    said = " ".join("\n".join(lines[found.start - 1 : found.end]).split())
    assert " ".join(quote.split()) in said


def test_what_was_left_out_of_a_passage_can_be_shown_and_cited() -> None:
    evidence = evidence_of(CODE)
    place = Place("a.py", 1, 6, "alef", "function", "", "", 1, 0, 0.0)
    packed = evidence.add_packed(Packed(place, (1, 6)))
    assert packed is not None
    assert packed.shown == "def alef():\n[lines 2-5 are left out]\n    # two words"
    assert evidence.find("def beth():", packed) == Lines("a.py", 4, 4)
    opened = evidence.add(Lines("a.py", 4, 5))
    assert opened is not None
    assert opened.shown == "def beth():\n    return one"
