"""Vectors of unit length, or of zeros, in whole numbers: of each number a step of int8, which is
all that a scan reads, and five bits more for the few that are compared closely.

Steps alone lose one or two in a hundred of the ten nearest, and more of a large repository's. How
long a step is need not be stored: it is what makes the length 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Steps = NDArray[np.int8]
Bytes = NDArray[np.uint8]

FINE_BITS = 5
_FINER = 1 << FINE_BITS
_HALF = _FINER >> 1
_PLACES = np.arange(FINE_BITS)


@dataclass(frozen=True, slots=True)
class Quantised:
    """Vectors × dimensions: the greatest step of a vector is 127, or -127. `fine`, vectors × bytes,
    is what a step lacks, in thirty-seconds of it: a bit plane after the other, the lowest first."""

    steps: Steps
    fine: Bytes

    @classmethod
    def empty(cls, count: int, dimensions: int) -> Quantised:
        fine = np.zeros((count, fine_bytes(dimensions)), dtype=np.uint8)
        return cls(np.zeros((count, dimensions), dtype=np.int8), fine)

    @classmethod
    def of(cls, vectors: Floats) -> Quantised:
        """Zeros stay zeros."""
        whole = _whole(vectors, 127 * _FINER).astype(np.int16)
        steps = (whole + _HALF) >> FINE_BITS
        rest = (whole - (steps << FINE_BITS)).astype(np.uint8)
        planes = rest[:, None, :] >> _PLACES[:, None].astype(np.uint8) & 1
        fine = np.packbits(planes, axis=2).reshape(len(rest), fine_bytes(rest.shape[1]))
        return cls(steps.astype(np.int8), fine)

    def taken(self, rows: NDArray[np.int64]) -> Quantised:
        return Quantised(self.steps[rows], self.fine[rows])

    def floats(self) -> Floats:
        """The vectors, as near as they are stored, of length 1."""
        count, dimensions = self.steps.shape
        packed = self.fine.reshape(count, FINE_BITS, (dimensions + 7) // 8)
        planes = np.unpackbits(packed, axis=2, count=dimensions)
        rest = (planes << _PLACES[:, None].astype(np.uint8)).sum(axis=1, dtype=np.int16)
        # Of five bits the highest is the sign.
        rest = (rest ^ _HALF) - _HALF
        whole = (self.steps.astype(np.int16) * _FINER + rest).astype(np.float32)
        length = np.linalg.norm(whole, axis=1, keepdims=True)
        vectors: Floats = whole / np.maximum(length, 1)
        return vectors


def fine_bytes(dimensions: int) -> int:
    """Of one vector."""
    return FINE_BITS * ((dimensions + 7) // 8)


def steps_of(vectors: Floats) -> Steps:
    """Alone, without what they lack; zeros stay zeros."""
    return _whole(vectors, 127).astype(np.int8)


def scales_of(steps: Steps) -> Floats:
    """What a step of each vector stands for; 0 where it is zeros."""
    squares = np.einsum("ij,ij->i", steps, steps, dtype=np.int64)
    scales = np.where(squares > 0, 1 / np.sqrt(np.maximum(squares, 1)), 0)
    return scales.astype(np.float32)


def _whole(vectors: Floats, most: int) -> Floats:
    """The greatest of each vector becomes `most`."""
    greatest = np.abs(vectors).max(axis=1, keepdims=True, initial=0.0)
    whole: Floats = np.rint(vectors * (most / np.maximum(greatest, 1e-9)))
    return whole
