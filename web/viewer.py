"""Who is looking, and what they may see."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from core.db.repositories import LOCAL, Repository
from core.db.users import User

WRITERS = frozenset({"admin", "maintain", "push", "write"})


@dataclass(frozen=True, slots=True)
class Viewer:
    """`user` is None in local mode. `permissions` is what GitHub grants, by repository."""

    user: User | None
    permissions: dict[int, str]

    @property
    def actor(self) -> str:
        return self.user.login if self.user else "local"

    @property
    def user_id(self) -> int | None:
        return self.user.id if self.user else None

    def sees(self, repository: Repository) -> bool:
        """GitHub decides for people who log in with it; the machine's owner sees what is local."""
        if self.user is None:
            return repository.installation_id == LOCAL
        return repository.installation_id != LOCAL and repository.id in self.permissions

    def administers(self, repository: Repository) -> bool:
        return self.user is None or self.permissions.get(repository.id) == "admin"

    def writes(self, repository: Repository) -> bool:
        return self.user is None or self.permissions.get(repository.id) in WRITERS


VIEWER = web.RequestKey("viewer", Viewer)
