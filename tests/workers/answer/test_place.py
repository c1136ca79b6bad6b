"""Lines are cited for what stands in them."""

from __future__ import annotations

from core.db.symbol_graph import Definition
from workers.answer.cite import LONGEST
from workers.answer.place import Place, adjoined, narrow
from workers.answer.source import Text
from workers.index.terms import terms

LINES = ("def send_to(to):", '    """Send one letter."""', *["    step()"] * 150)
TEXT = Text("", LINES)
DEFINITION = Definition(
    *("post.py", 1, 0, "send_to", "send_to", "function", 1, len(LINES)),
    signature=LINES[0],
    docstring="Send one letter.",
)
FOUND = Place("post.py", 80, 110, "send_to", "function", "", "", 1, -1, 1.0)


def narrowed(question: str) -> Place:
    return narrow(FOUND, [DEFINITION], TEXT, set(terms(question)))


def test_a_long_definition_that_is_named_is_cited_at_its_head() -> None:
    place = narrowed("Where is send_to?")
    assert (place.start, place.end) == (1, LONGEST)
    assert place.headed
    assert place.docstring == "Send one letter."


def test_a_part_of_a_long_definition_is_not_cited_for_what_the_head_says() -> None:
    place = narrowed("Where is the step done?")
    assert (place.start, place.end, place.symbol) == (80, 110, "send_to")
    assert (place.docstring, place.signature, place.headed) == ("", "", False)


def test_a_place_knows_the_heads_that_it_stands_under() -> None:
    assert narrowed("Where is the step done?").heads == (1,)


def test_a_neighbour_that_fits_as_well_is_cited_too() -> None:
    lines = (
        "def to_bytes(text):",
        "    return text",
        "",
        "def to_text(bytes):",
        "    return bytes",
    )
    both = [
        Definition("c.py", 1, 0, "to_bytes", "to_bytes", "function", 1, 2, lines[0], ""),
        Definition("c.py", 1, 1, "to_text", "to_text", "function", 4, 5, lines[3], ""),
    ]
    found = Place("c.py", 1, 5, "to_bytes", "function", "", "", 1, -1, 1.0)
    place = narrow(found, both, Text("", lines), set(terms("turn text to bytes")))
    assert (place.start, place.end) == (1, 5)


def test_what_stands_beside_a_better_place_is_shown_with_it() -> None:
    def place(path: str, start: int, end: int) -> Place:
        return Place(path, start, end, f"at_{start}", "function", "", "", 1, start, 1.0)

    best, second = place("a.py", 1, 5), place("b.py", 10, 20)
    beside_best, far, beside, long = (
        place("a.py", 7, 9),
        place("b.py", 90, 95),
        place("b.py", 3, 8),
        place("b.py", 22, 70),
    )
    shown = adjoined([best, second, beside_best, far, beside, long])
    assert [(p.path, p.start, p.end) for p in shown] == [
        ("a.py", 1, 5),
        ("b.py", 3, 20),
        ("a.py", 7, 9),
        ("b.py", 90, 95),
        ("b.py", 22, 70),
    ]
    assert shown[1].symbol == "at_10"
