"""Encryption of what is stored or handed out: tokens in rows, the state of a login in a cookie."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.settings import Secret

_NONCE = 12


def _cipher(secret_key: Secret) -> AESGCM:
    derived = HKDF(SHA256(), 32, salt=None, info=b"ponder web seal v1")
    return AESGCM(derived.derive(secret_key.encode()))


def seal(secret_key: Secret, place: str, value: dict[str, Any]) -> bytes:
    """AES-GCM. `place` (table, column and id) is authenticated: a sealed value opens only there."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(secret_key).encrypt(nonce, json.dumps(value).encode(), place.encode())


def unseal(secret_key: Secret, place: str, sealed: bytes) -> dict[str, Any] | None:
    """None where it was not sealed for this place with this key."""
    try:
        opened = _cipher(secret_key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
    except (InvalidTag, ValueError):
        return None
    value: dict[str, Any] = json.loads(opened)
    return value


def to_text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode()


def from_text(text: str) -> bytes:
    """Empty where the text is no base64; nothing unseals it."""
    try:
        return base64.urlsafe_b64decode(text.encode())
    except (binascii.Error, ValueError):
        return b""
