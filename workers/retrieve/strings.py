"""Many strings in two arrays: they are mapped from a file as they are, and made when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Strings:
    """The nth string is `text[offsets[n]:offsets[n + 1]]`, in UTF-8."""

    offsets: Ints
    text: NDArray[np.uint8]

    @classmethod
    def of(cls, values: Iterable[str]) -> Strings:
        return cls.of_bytes(value.encode(errors="surrogatepass") for value in values)

    @classmethod
    def of_bytes(cls, values: Iterable[bytes]) -> Strings:
        listed = list(values)
        return cls(
            offsets_of(np.fromiter(map(len, listed), dtype=np.int64, count=len(listed))),
            np.frombuffer(b"".join(listed), dtype=np.uint8),
        )

    @classmethod
    def joined(cls, parts: Iterable[Strings]) -> Strings:
        listed = list(parts) or [cls.of(())]
        lengths = np.concatenate([np.diff(part.offsets) for part in listed])
        return cls(offsets_of(lengths), np.concatenate([part.text for part in listed]))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, number: int) -> str:
        start, end = self.offsets[number : number + 2].tolist()
        return str(self.text.data[start:end], "utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        whole, offsets = self.text.tobytes(), self.offsets.tolist()
        for number in range(len(self)):
            part = whole[offsets[number] : offsets[number + 1]]
            yield part.decode(errors="surrogatepass")

    @property
    def nbytes(self) -> int:
        return self.offsets.nbytes + self.text.nbytes

    def take(self, numbers: Ints) -> Strings:
        """Some of them, in that order."""
        lengths = np.diff(self.offsets)[numbers]
        return Strings(offsets_of(lengths), self.text[ranges(self.offsets[numbers], lengths)])

    def find(self, value: str) -> int | None:
        """The number of a string, where they are in order."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self[middle] < value else (low, middle)
        return low if low < len(self) and self[low] == value else None


def offsets_of(lengths: NDArray[np.integer]) -> Ints:
    """Where each of several parts begins, and where the last one ends."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def ranges(starts: Ints, counts: Ints) -> Ints:
    """start, start + 1, … of each, one after the other."""
    ends = np.cumsum(counts, dtype=np.int64)
    whole = int(ends[-1]) if len(ends) else 0
    steps: Ints = np.repeat(starts - (ends - counts), counts)
    return np.arange(whole, dtype=np.int64) + steps
