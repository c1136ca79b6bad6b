"""What is known of calls in a language whose calls may not fit unnoticed: no compiler looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Misfit:
    """A call at a line of a text, 1-based, and why it does not fit."""

    line: int
    why: str


class Calls(Protocol):
    """A module for one language. All of it is strict: what is not certain is not told."""

    def misfits(self, name: str, module: str, before: str, after: str, caller: str) -> list[Misfit]:
        """Calls in the text `caller` to the function `name` of another module, or of its own
        (`module` ''), that fit it as it was in the text `before` and do not fit it `after`."""

    def is_gone(self, name: str, before: str, after: str) -> bool:
        """Whether a text had a name at its top level and certainly has it no more."""

    def imports(self, name: str, module: str, caller: str) -> list[int]:
        """Lines where a text imports the name from the module at its top, whatever happens."""
