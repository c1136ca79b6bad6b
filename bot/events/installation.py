"""The App was installed, removed, suspended, or given new permissions."""

from bot.decision import Decision, Ignore, RefreshInstallation, RemoveInstallation, permissions
from bot.payload import Payload

_REFRESH = frozenset({"created", "suspend", "unsuspend", "new_permissions_accepted"})


def decide(payload: Payload, slug: str) -> Decision:
    """What is not a removal asks GitHub for the state of things, so that order does not matter."""
    action = payload.text("action")
    if action == "deleted":
        return RemoveInstallation(payload.number("installation.id"))
    if action not in _REFRESH:
        return Ignore(f"nothing follows from installation.{action}")
    return refresh(payload, suspended=action == "suspend")


def refresh(payload: Payload, *, suspended: bool = False) -> RefreshInstallation:
    account = payload.get("installation.account.login") or payload.get("installation.account.slug")
    return RefreshInstallation(
        installation_id=payload.number("installation.id"),
        account=account or "",  # an Enterprise has a slug; GitHub is asked for what is missing
        account_type=payload.get("installation.account.type") or "Enterprise",
        permissions=permissions(payload),
        suspended=suspended,
    )
