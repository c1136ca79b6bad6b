"""Encryption of what is stored or handed out: tokens and credentials in rows, a login's cookie.

An envelope: each value has a data key of its own, and that is wrapped by a key derived from
PONDER_SECRET_KEY, which the envelope names. Another secret key therefore needs only the wrapping to
be made anew (`ponder rotate-key`), and the old one opens what was not reached yet.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.settings import Secret, Settings

_FORM = b"P1"
_ID, _NONCE, _KEY, _TAG = 8, 12, 32, 16
_WRAPPED = _NONCE + _KEY + _TAG
_HEAD = len(_FORM) + _ID + _WRAPPED


@dataclass(frozen=True, slots=True)
class _Envelope:
    key_id: bytes
    wrapped: bytes
    content: bytes

    @classmethod
    def read(cls, sealed: bytes) -> _Envelope | None:
        """None where it has another form."""
        if not sealed.startswith(_FORM) or len(sealed) < _HEAD + _NONCE + _TAG:
            return None
        key_id = sealed[len(_FORM) : len(_FORM) + _ID]
        return cls(key_id, sealed[len(_FORM) + _ID : _HEAD], sealed[_HEAD:])

    def __bytes__(self) -> bytes:
        return _FORM + self.key_id + self.wrapped + self.content


class _Wrapping:
    """What wraps data keys: derived from one secret key, and named by a digest that tells nothing
    about it."""

    def __init__(self, secret_key: Secret) -> None:
        self.id = _derived(secret_key, b"ponder key id v1", _ID)
        self._cipher = AESGCM(_derived(secret_key, b"ponder key wrapping v1", _KEY))

    def wrap(self, content_key: bytes) -> bytes:
        return _encrypted(self._cipher, content_key, self.id)

    def unwrap(self, wrapped: bytes) -> bytes:
        return _decrypted(self._cipher, wrapped, self.id)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The current secret key, and old ones that still open what they sealed."""

    current: _Wrapping
    old: tuple[_Wrapping, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Keyring:
        return cls.made(settings.secret_key, settings.old_secret_keys)

    @classmethod
    def made(cls, current: Secret, old: Sequence[Secret] = ()) -> Keyring:
        return cls(_Wrapping(current), tuple(_Wrapping(each) for each in old))

    def seal(self, place: str, value: dict[str, Any]) -> bytes:
        """`place` (table, column and id) is authenticated: a sealed value opens only there."""
        content_key = secrets.token_bytes(_KEY)
        content = _encrypted(AESGCM(content_key), json.dumps(value).encode(), place.encode())
        return bytes(_Envelope(self.current.id, self.current.wrap(content_key), content))

    def unseal(self, place: str, sealed: bytes) -> dict[str, Any] | None:
        """None where it was not sealed for this place, or with none of these keys."""
        envelope = _Envelope.read(sealed)
        content_key = self._content_key(envelope) if envelope else None
        if envelope is None or content_key is None:
            return None
        try:
            opened = _decrypted(AESGCM(content_key), envelope.content, place.encode())
        except InvalidTag:
            return None
        value: dict[str, Any] = json.loads(opened)
        return value

    def is_current(self, sealed: bytes) -> bool:
        envelope = _Envelope.read(sealed)
        return envelope is not None and envelope.key_id == self.current.id

    def rewrapped(self, sealed: bytes) -> bytes | None:
        """The same content under the current key; None where no key of ours opens it."""
        envelope = _Envelope.read(sealed)
        content_key = self._content_key(envelope) if envelope else None
        if envelope is None or content_key is None:
            return None
        return bytes(_Envelope(self.current.id, self.current.wrap(content_key), envelope.content))

    def _content_key(self, envelope: _Envelope) -> bytes | None:
        for wrapping in (self.current, *self.old):
            if wrapping.id == envelope.key_id:
                try:
                    return wrapping.unwrap(envelope.wrapped)
                except InvalidTag:
                    return None
        return None


def _derived(secret_key: Secret, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=purpose).derive(secret_key.encode())


def _encrypted(cipher: AESGCM, content: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + cipher.encrypt(nonce, content, bound_to)


def _decrypted(cipher: AESGCM, content: bytes, bound_to: bytes) -> bytes:
    return cipher.decrypt(content[:_NONCE], content[_NONCE:], bound_to)
