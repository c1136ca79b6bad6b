"""The signature, over whatever bytes come."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import Received, Refusal, receive
from core.db.deliveries import id_of

SECRET = "the webhook's secret"
GUID = str(uuid.uuid4())


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def knock(body: bytes, signed: str, content_type: str = "application/json") -> Received | int:
    """What was received, or the status of the refusal."""
    headers = {
        "X-Hub-Signature-256": signed,
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": GUID,
        "Content-Type": content_type,
    }
    try:
        return receive(headers, body, SECRET)
    except Refusal as refusal:
        return refusal.status


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)  # fmt: skip


@given(st.dictionaries(st.text(), JSON, max_size=4), st.booleans())
def test_a_signed_object_is_received_as_it_was_sent(sent: dict[str, Any], ascii_only: bool) -> None:
    body = json.dumps(sent, ensure_ascii=ascii_only).encode()
    received = knock(body, signature(body))
    assert isinstance(received, Received)
    assert str(received.id) == GUID
    if b"\\u0000" not in body and b"\\ud" not in body:
        assert received.payload == sent


@given(st.binary(), st.binary())
def test_a_signature_is_of_one_body_only(body: bytes, other: bytes) -> None:
    if body != other:
        assert knock(body, signature(other)) == 401


@given(st.binary(max_size=50), st.text())
def test_no_signature_breaks_the_door(body: bytes, signed: str) -> None:
    assert knock(body, signed) == 401


@given(st.binary())
def test_no_signed_body_breaks_the_door(body: bytes) -> None:
    outcome = knock(body, signature(body))
    assert outcome == 400 or isinstance(outcome, Received)


@given(st.text())
def test_no_content_type_breaks_the_door(content_type: str) -> None:
    outcome = knock(b"{}", signature(b"{}"), content_type)
    assert outcome in {400, 415} or isinstance(outcome, Received)


@pytest.mark.parametrize("secret", ["", "another secret", SECRET + " "])
def test_another_secret_signs_nothing_here(secret: str) -> None:
    assert knock(b"{}", signature(b"{}", secret)) == 401


def test_what_is_no_guid_names_one_delivery_all_the_same() -> None:
    first, again, other = (id_of(name) for name in ("delivery-1", "delivery-1", "delivery-2"))
    assert first == again != other
