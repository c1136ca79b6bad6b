"""The App about itself: installations, tokens, deliveries that failed, Apps made of a manifest."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

from tests.github_stand_in import shown
from tests.github_stand_in.rest.call import Answer, Call, Denied, Json, Table
from tests.github_stand_in.webhooks import Delivery
from tests.github_stand_in.world import Token


def app(call: Call) -> Answer:
    call.app()
    row = call.example() | {"id": call.world.app_id, "slug": call.world.slug}
    owner = call.world.app_owner
    return 200, row | ({"owner": owner.shown(row["owner"])} if owner else {})


def installation(call: Call) -> Answer:
    found = call.world.installations.get(call.number("installation_id"))
    if call.sender is not call.world or found is None:
        raise Denied(404, "Not Found")
    return 200, shown.installation(call.example(), found, call.world.app_id)


def installations(call: Call) -> Answer:
    call.app()
    example = call.example()[0]
    known = call.world.installations.values()
    return 200, call.page([shown.installation(example, row, call.world.app_id) for row in known])


def access_token(call: Call) -> Answer:
    found = call.world.installations.get(call.number("installation_id"))
    if call.sender is not call.world or found is None:
        raise Denied(404, "Not Found")
    if found.suspended:
        raise Denied(403, "This installation has been suspended")
    permissions = call.body.get("permissions", found.permissions)
    for name, level in permissions.items():
        if found.permissions.get(name) not in {level, "write"}:
            raise Denied(422, "The permissions requested are not granted to this installation.")
    wanted = call.body.get("repository_ids")
    if wanted and not set(wanted) <= {repository.id for repository in found.repositories}:
        raise Denied(
            422, "There is at least one repository that does not exist or is not accessible"
        )
    value = f"ghs_{call.world.app_id}_{secrets.token_urlsafe(300)}"
    expires_at = time.time() + 3600
    ids = frozenset(wanted) if wanted else None
    call.world.tokens[value] = Token(found, ids, dict(permissions), expires_at)
    moment = f"{datetime.fromtimestamp(expires_at, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return 201, {"token": value, "expires_at": moment, "permissions": permissions}


def revoke(call: Call) -> Answer:
    token = call.token()
    call.world.tokens = {k: v for k, v in call.world.tokens.items() if v is not token}
    return 204, None


def installation_repositories(call: Call) -> Answer:
    token = call.token()
    example = call.example()["repositories"][0]
    covered = [row for row in token.installation.repositories if token.covers(row)]
    rows = [shown.repository(example, row, call.url) for row in covered]
    return 200, {"total_count": len(rows), "repositories": call.page(rows)}


def rate_limit(call: Call) -> Answer:
    example: Json = call.example()
    left, reset = 5000, int(time.time()) + 3600
    if isinstance(call.sender, Token):
        left = call.sender.installation.requests_left
        reset = int(call.sender.installation.resets_at)
    core = {"limit": 5000, "used": 5000 - left, "remaining": left, "reset": reset}
    return 200, example | {"resources": example["resources"] | {"core": core}, "rate": core}


def deliveries(call: Call) -> Answer:
    """The newest first, from the cursor on; `Link` names the next page (see server.py)."""
    call.app()
    wanted = call.query.get("status")
    rows = [row for row in reversed(call.webhooks.deliveries) if wanted in {None, row.outcome}]
    start = int(call.query.get("cursor", "v1_0").removeprefix("v1_"))
    size = min(100, int(call.query.get("per_page", "30")))
    return 200, [_brief(row) for row in rows[start : start + size]]


def attempts(call: Call) -> Answer:
    """Delivered again with the same GUID, in its own time."""
    call.app()
    found = next((d for d in call.webhooks.deliveries if d.id == call.number("delivery_id")), None)
    if found is None:
        raise Denied(404, "Not Found")
    if time.time() - found.at > 3 * 24 * 3600:
        raise Denied(422, "Deliveries older than three days cannot be redelivered.")
    call.webhooks.redeliver(found)
    return 202, {}


def _brief(known: Delivery) -> Json:
    return {
        "id": known.id,
        "guid": known.guid,
        "delivered_at": f"{datetime.fromtimestamp(known.at, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "redelivery": known.redelivery,
        "duration": 0.1,
        "status": "OK" if known.outcome == "success" else known.failure,
        "status_code": known.status,
        "event": known.event,
        "action": known.payload.get("action"),
        "installation_id": (known.payload.get("installation") or {}).get("id"),
        "repository_id": (known.payload.get("repository") or {}).get("id"),
        "throttled_at": None,
    }


def convert(call: Call) -> Answer:
    """A manifest becomes an App, once; nobody needs to be signed in."""
    manifest = call.world.manifests.pop(call.text("code"), None)
    if manifest is None:
        raise Denied(404, "Not Found")
    return 201, call.example(201) | {
        "id": call.world.app_id,
        "slug": call.world.slug,
        "name": manifest["name"],
        "client_id": call.world.client_id,
        "client_secret": call.world.client_secret,
        "webhook_secret": call.webhooks.secret,
        "pem": call.webhooks.private_key,
        "permissions": manifest.get("default_permissions", {}),
        "events": manifest.get("default_events", []),
        "html_url": f"{call.url}/apps/{call.world.slug}",
    }


TABLE: Table = {
    ("GET", "/app"): app,
    ("GET", "/app/hook/deliveries"): deliveries,
    ("POST", "/app/hook/deliveries/{delivery_id}/attempts"): attempts,
    ("POST", "/app-manifests/{code}/conversions"): convert,
    ("GET", "/app/installations"): installations,
    ("GET", "/app/installations/{installation_id}"): installation,
    ("POST", "/app/installations/{installation_id}/access_tokens"): access_token,
    ("GET", "/installation/repositories"): installation_repositories,
    ("DELETE", "/installation/token"): revoke,
    ("GET", "/rate_limit"): rate_limit,
}
