"""How a question stands to a repository: whether what it speaks of is there at all.

Every figure is a share of the question's own weight, in which rare words count more and words that
stand nowhere most. None depends on how results are ranked, nor on the size of the repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from workers.answer.plain_words import PLAIN
from workers.answer.word_forms import BASES
from workers.index.terms import term_id, terms
from workers.retrieve import kinds, query
from workers.retrieve.snapshot_index import SnapshotIndex
from workers.retrieve.strings import Ints

MOST_NAMES = 2
"""Missing names beyond these say no more."""

# What is left of a negation, the 'isn' of "isn't", is no word.
_WORD = re.compile(r"(?:[^\W\d]\w*n['’]t\b)|(?P<word>[^\W\d]\w*)")
_PREFIX = re.compile(r"^(?:un|re|non|mis|pre)(?=\w{3})")
_LIKE_A_NAME = re.compile(r"[A-Z]{2,}|\w[A-Z]|\w_\w|^_|\d")
_ASIDE = kinds.TEST | kinds.DOCUMENT | kinds.EXAMPLE | kinds.GENERATED | kinds.CONFIGURATION


@dataclass(frozen=True, slots=True)
class Standing:
    """`together`: what of the question stands in one place; `in_code`: what stands outside of
    tests, documents and the like. `foreign`: what does not, of the words that belong to a trade,
    plain ones aside. `missing_names` counts names, such as 'Redis', that stand nowhere; `missing`
    are all words that do not."""

    together: float
    in_code: float
    foreign: float
    missing_names: float
    missing: tuple[str, ...]

    @property
    def figures(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in FIGURES}


FIGURES = ("together", "in_code", "foreign", "missing_names")
NOWHERE = Standing(0.0, 0.0, 1.0, 0.0, ())


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    rarity: float
    chunks: Ints
    there: bool
    in_code: bool
    is_plain: bool
    is_name: bool


def standing(index: SnapshotIndex, text: str) -> Standing:
    words = list(_words(index, text))
    total = sum(word.rarity for word in words)
    if not total:
        return NOWHERE

    def share(chosen: Sequence[_Word]) -> float:
        return sum(word.rarity for word in chosen) / total

    missing = [word for word in words if not word.there]
    return Standing(
        together=_together(words) / total,
        in_code=share([word for word in words if word.in_code]),
        foreign=share([word for word in words if not (word.is_plain or word.in_code)]),
        missing_names=min(MOST_NAMES, sum(word.is_name for word in missing)),
        missing=tuple(word.text for word in missing),
    )


def _words(index: SnapshotIndex, text: str) -> Iterator[_Word]:
    """Each once. An identifier counts as a whole."""
    seen: set[str] = set()
    for match in _WORD.finditer(text):
        own = query.asked_terms(match["word"] or "")
        if own and own[-1] not in seen:
            seen.add(own[-1])
            yield _word(index, match, own[-1])


def _word(index: SnapshotIndex, match: re.Match[str], term: str) -> _Word:
    # The plural of a name with capitals inside, such as 'ETags', is not cut as the name is.
    base = terms(BASES.get(match[0].lower(), ""))
    spellings = {term, *terms(match[0].lower())[-1:], *base}
    postings = [index.postings(term_id(each)) for each in spellings]
    chunks = postings[0].chunks
    if len(postings) > 1:
        chunks = np.unique(np.concatenate([each.chunks for each in postings]))
    files = np.concatenate([index.files_with_path_term(term_id(each)) for each in spellings])
    return _Word(
        match[0],
        index.rarity(min(len(chunks) + len(files), index.chunk_count)),
        chunks,
        there=bool(len(chunks) or len(files)),
        in_code=_any_code(index, index.file[chunks]) or _any_code(index, files),
        is_plain=any(map(_is_plain, (term, *base))),
        is_name=bool(_LIKE_A_NAME.search(match[0])) or _has_capital(match),
    )


def _is_plain(term: str) -> bool:
    return term in PLAIN or _PREFIX.sub("", term) in PLAIN


def _together(words: Sequence[_Word]) -> float:
    """The most that one chunk has."""
    chunks = np.concatenate([word.chunks for word in words])
    rarities = np.repeat([word.rarity for word in words], [len(word.chunks) for word in words])
    return float(np.bincount(chunks, rarities).max(initial=0.0)) if len(chunks) else 0.0


def _any_code(index: SnapshotIndex, files: Ints) -> bool:
    return bool(((index.flags[files] & _ASIDE) == 0).any())


def _has_capital(match: re.Match[str]) -> bool:
    """'Redis' inside of a sentence; not its first word."""
    before = match.string[: match.start()].rstrip()
    return match[0][0].isupper() and bool(before) and before[-1] not in '.?!:“"'
