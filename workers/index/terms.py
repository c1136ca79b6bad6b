"""Terms: what a text is indexed and searched by, and how a chunk's postings are packed.

An identifier counts as a whole and by its camelCase and snake_case parts, stemmed. A term is
stored as a 32-bit hash, so that postings are content-addressed: no vocabulary to keep in step.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
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
# A plural acronym stays whole: 'URLs' is 'URL', not 'UR' and 'Ls'.
_PART = re.compile(r"[A-Z]{2,}(?=s(?![a-z]))|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_LONGEST_IDENTIFIER = 60

_stemmer = Stemmer.Stemmer("english")


@lru_cache(maxsize=200_000)
def identifier_terms(identifier: str) -> tuple[str, ...]:
    """The terms of one identifier: its parts, then the whole where that says more."""
    parts = [_stemmer.stemWord(part.lower()) for part in _PART.findall(identifier)]
    parts = [part for part in parts if len(part) > 1 and part not in STOP_WORDS]
    if len(parts) > 1 and len(identifier) < _LONGEST_IDENTIFIER:
        parts.append(identifier.lower().strip("_$"))
    return tuple(parts)


def terms(text: str) -> list[str]:
    """All terms of a text, in order, with repeats."""
    return [
        term for identifier in _IDENTIFIER.findall(text) for term in identifier_terms(identifier)
    ]


@lru_cache(maxsize=500_000)
def term_id(term: str) -> int:
    """32 bits; a collision in a vocabulary of 300,000 concerns about ten terms."""
    return zlib.crc32(term.encode())


def pack(body: str, symbol: str, comment: str) -> bytes:
    """Postings of one chunk: an array of POSTING sorted by term, frequencies capped at 255."""
    counts = [Counter(terms(text)) for text in (body, symbol, comment)]
    vocabulary = sorted({term for count in counts for term in count}, key=term_id)
    postings = np.zeros(len(vocabulary), dtype=POSTING)
    postings["term"] = [term_id(term) for term in vocabulary]
    for field, count in zip(FIELDS, counts, strict=True):
        postings[field] = [min(count[term], 255) for term in vocabulary]
    return postings.tobytes()


def unpack(packed: bytes) -> NDArray[np.void]:
    """The array of POSTING that `pack` made."""
    return np.frombuffer(packed, dtype=POSTING)
