"""What came of thinking about one package, kept so that nothing is played twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.seeded.judge import Judgement


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with evidence `reproduced`. `seconds` and `cpu_seconds` are from the first Thought
    to the end of the run that found it; those of the index are not in them."""

    judgement: Judgement
    seconds: float
    cpu_seconds: float
    fingerprint: str
    thought: str
    rule: str
    place: str
    message: str
    reproducer: str | None


@dataclass(slots=True)
class Game:
    """`name` is that of a case, or of a package that is clean; `order`, `limit` and `cpu_limit`
    (seconds) are what was asked for. `cpu_seconds` are of all that was thought, this process's too.
    `proven` and `suspected` are for people to read; `loud` counts the proven that are not of low
    severity. A `whole` game goes on after the first find."""

    name: str
    order: str
    limit: float
    cpu_limit: float = 1e6
    found: list[Found] = field(default_factory=list)
    proven: list[str] = field(default_factory=list)
    suspected: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    whole: bool = False
    loud: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def key(self) -> tuple[str, str, float, float]:
        return self.name, self.order, self.limit, self.cpu_limit

    @property
    def right(self) -> Found | None:
        """The first that is right."""
        return next((each for each in self.found if each.judgement == "right"), None)


def note(path: Path, game: Game) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(game), ensure_ascii=False) + "\n")


def noted(path: Path) -> Iterator[Game]:
    """What was played before; a line that was cut short is left out."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for line in lines:
        if line.endswith("}"):
            row = json.loads(line)
            yield Game(**row | {"found": [Found(**each) for each in row["found"]]})
