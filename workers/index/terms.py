"""Terms: what a text is indexed and searched by, and how a chunk's postings are packed.

An identifier counts as a whole and by its camelCase and snake_case parts, stemmed. A term is
stored as a 32-bit hash, so that postings are content-addressed: no vocabulary to keep in step.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import Stemmer
from numpy.typing import NDArray

FIELDS = ("body", "symbol", "comment")
POSTING = np.dtype([("term", "<u4"), ("body", "u1"), ("symbol", "u1"), ("comment", "u1")])

STOP_WORDS = frozenset(
    "a an the of to in on for and or is are be by with that this it its as at from if when which "
    "what where how does do did i we you not no can into was were has have had will would should "
    "than then there their they them use used using".split()
)
_IDENTIFIER = re.compile(r"[^\W\d][\w$]*|\d+")
_IN_ASCII = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*|[0-9]+")  # the same there, and twice as fast
# A plural acronym stays whole: 'URLs' is 'URL', not 'UR' and 'Ls'.
_PART = re.compile(r"[A-Z]{2,}(?=s(?![a-z]))|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_LONGEST_IDENTIFIER = 60

_stemmer = Stemmer.Stemmer("english")


@lru_cache(maxsize=200_000)
def _part_term(part: str) -> str:
    """'' for a part that says nothing."""
    stem: str = _stemmer.stemWord(part.lower())
    return stem if len(stem) > 1 and stem not in STOP_WORDS else ""


@lru_cache(maxsize=50_000)
def identifier_terms(identifier: str) -> tuple[str, ...]:
    """The terms of one identifier: its parts, then the whole where that says more."""
    found = _PART.findall(identifier)
    parts = [term for part in found if (term := _part_term(part))]
    if _says_more(identifier, found):
        parts.append(_whole(identifier))
    return tuple(parts)


def _says_more(identifier: str, parts: Sequence[str]) -> bool:
    """Where a letter was lost, the whole says more too: 'OAuth' is not 'auth', nor 'gRPC' 'rpc'."""
    return len(parts) > 1 and len(identifier) < _LONGEST_IDENTIFIER


def _whole(identifier: str) -> str:
    return identifier.lower().strip("_$")


@lru_cache(maxsize=200_000)
def _part_id(part: str) -> int | None:
    term = _part_term(part)
    return zlib.crc32(term.encode()) if term else None


def identifier_ids(identifier: str) -> list[int]:
    """The ids of the terms of one identifier, for those who meet each but once."""
    found = _PART.findall(identifier)
    ids = [number for part in found if (number := _part_id(part)) is not None]
    if _says_more(identifier, found):
        ids.append(zlib.crc32(_whole(identifier).encode()))
    return ids


def identifiers(text: str) -> list[str]:
    """All names, words and numbers of a text, in order, with repeats."""
    found: list[str] = (_IN_ASCII if text.isascii() else _IDENTIFIER).findall(text)
    return found


def terms(text: str) -> list[str]:
    """All terms of a text, in order, with repeats."""
    return [term for identifier in identifiers(text) for term in identifier_terms(identifier)]


@lru_cache(maxsize=500_000)
def term_id(term: str) -> int:
    """32 bits; a collision in a vocabulary of 300,000 concerns about ten terms."""
    return zlib.crc32(term.encode())


def unpack(packed: bytes) -> NDArray[np.void]:
    """The array of POSTING that pack.py made."""
    return np.frombuffer(packed, dtype=POSTING)
