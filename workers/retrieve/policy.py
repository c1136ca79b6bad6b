"""The hand-set policy: how much each feature counts. Versioned, so that an answer can say by which
policy it was ranked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from workers.retrieve.segment import Floats


@dataclass(frozen=True, slots=True)
class Policy:
    """A linear order over features that all lie between 0 and 1."""

    name: str
    weights: Mapping[str, float]
    when_asking: Mapping[str, float] = field(default_factory=dict)
    """What a weight has more where the text is a question."""

    @property
    def version(self) -> str:
        """The name, and a digest of the weights."""
        text = json.dumps([dict(self.weights), dict(self.when_asking)], sort_keys=True)
        return f"{self.name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"

    def scores(self, columns: Mapping[str, Floats], *, asks: bool) -> NDArray[np.float64]:
        """Of all candidates. Column by column: the same features give the same score to the last
        bit, wherever they stand."""
        total = np.zeros(len(next(iter(columns.values()))), dtype=np.float64)
        for name, column in sorted(columns.items()):
            weight = self.weights.get(name, 0.0) + asks * self.when_asking.get(name, 0.0)
            total += weight * column.astype(np.float64)
        return total


HAND_SET = Policy(
    "hand-set",
    {
        # What the lists say, each on the scale of its best.
        "fused": 1.5,
        "lexical": 2.0,
        "file": 3.0,
        "semantic": 4.0,
        "graph": 0.5,
        # How names fit the words of the question.
        "name": 4.5,
        "name_precision": 0.3,
        "container": 3.5,
        "path": 1.5,
        "defines": 4.0,  # a name that the question spells out
        "path_named": 5.0,
        "frame": 6.0,  # a line of a traceback
        # What the place is, whatever the question; unless it asks for just that.
        "asked_for": 6.0,
        "test": -5.0,
        "document": -4.0,
        "example": -3.0,
        "generated": -3.0,
        "configuration": -2.0,
        "translation": -4.0,
        "type": -0.5,
        "type_asked": 1.5,
        "type_acts": -1.0,  # a description of what is done
        "type_described": 1.0,  # any other
        "value": -1.3,
        "block": -2.8,
        "section": -1.5,
        "length": 0.7,
        "recency": 0.2,
        "cited_before": 0.5,
    },
    # A question wants the place where something happens, so longer code and no mere declaration of
    # a type; a description may be of anything. And it has many words: code that has several of them
    # answers it rather than code that is only about the same.
    when_asking={"length": 1.6, "type": -1.0, "lexical": 1.0, "semantic": -1.0},
)
