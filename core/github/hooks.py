"""The App's webhook as GitHub sees it: what it could not hand over, and asking for it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from core.db.deliveries import id_of
from core.errors import UserError
from core.github.transport import Transport, translated

_BAD_APP = partial(
    UserError,
    "GitHub refuses the App's key; check that GITHUB_APP_ID and GITHUB_PRIVATE_KEY belong "
    "together and that this machine's clock is right.",
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One of the times that GitHub tried to hand a delivery over, and failed. `status` is what was
    answered, 0 (or one of a gateway) where nothing was."""

    id: int
    guid: UUID
    status: int
    at: datetime


@dataclass
class Hooks:
    """Methods raise TryLater, NotFound or Refused (both are Skip), or UserError."""

    transport: Transport = field(repr=False)

    async def failed_attempts(self, since: datetime) -> list[Attempt]:
        """Those since a moment, the newest first."""
        found = []
        with translated("list deliveries that failed", expired=_BAD_APP):
            pages = self.transport.getiter("/app/hook/deliveries?status=failure&per_page=100")
            async for row in pages:
                at = datetime.fromisoformat(row["delivered_at"])
                if at < since:
                    break
                if 200 <= row["status_code"] < 300:  # an Enterprise Server may list them all
                    continue
                found.append(Attempt(row["id"], id_of(str(row["guid"])), row["status_code"], at))
        return found

    async def deliver_again(self, attempt_id: int) -> None:
        """It comes in its own time, with the same GUID."""
        with translated("deliver again what failed", expired=_BAD_APP):
            await self.transport.post(f"/app/hook/deliveries/{attempt_id}/attempts", data=b"")
