"""What an answer without a model is made from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from workers.answer.place import Place
from workers.answer.question import Question
from workers.answer.users import Users


@dataclass(frozen=True, slots=True)
class Material:
    """`words` are the question's terms; `about` are definitions that the question may name, the
    likeliest first; `users` and `calls` belong to the first place."""

    question: Question
    words: Collection[str]
    confident: bool
    places: list[Place]
    about: list[Place] = field(default_factory=list)
    users: Users = field(default_factory=Users)
    calls: list[Place] = field(default_factory=list)
