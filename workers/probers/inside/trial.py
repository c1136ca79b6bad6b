"""A law that is tried: a few statements that hold if it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .evaluate import Failed
    from .pool import Pool


@dataclass(frozen=True, slots=True)
class Trial:
    """Of one law with certain values. `symbol` is blamed, in `module`, at `line`; `says` is the law
    in words; `body` are statements that end in an AssertionError where it is broken; `of` groups
    trials of the same law and symbol, so that one can tell how often it holds; `short` is the same
    with less around it, which is shown where it ends in the same way."""

    law: str
    module: str
    symbol: str
    line: int
    says: str
    body: str
    of: str = ""
    short: str = ""

    @property
    def group(self) -> tuple[str, str, str, str]:
        return (self.law, self.module, self.symbol, self.of)


_SHOWN = {"documents", "examples", "tables"}
_ELSEWHERE = {"ImportError", "ModuleNotFoundError", "OSError", "FileNotFoundError", "Slow"}
_ENDED = """\
try:
{body}
except AssertionError:
    raise
except Exception as error:
    raise AssertionError(f"it ended in {{type(error).__name__}}: {{error}}") from error"""


def is_ended(trial: Trial, failed: Failed) -> bool:
    """Whether an exception within the package breaks the law: of what is shown to work, it does."""
    inside = bool(failed.path) and failed.kind not in _ELSEWHERE
    is_last = failed.at == len(trial.body.splitlines())
    return trial.law in _SHOWN and inside and is_last and not failed.own


def ended(body: str) -> str:
    """Statements whose exceptions are failures of their own."""
    return _ENDED.format(body="\n".join(f"    {line}" for line in body.splitlines()))


class Law(Protocol):
    """The module of a law."""

    def trials(self, pool: Pool) -> Iterator[Trial]:
        """With the values of the pool, those that say most first."""
