"""Secrets of workspaces, encrypted: who only reads Redis, or a copy of it, has none of them."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = "parley slack installation 1"


class Unreadable(Exception):
    """It was sealed with another key or for another workspace, or it was changed since."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Encrypts with keys that are made from one secret."""

    secret: str = field(repr=False)

    def close(self, team: str, content: bytes) -> bytes:
        """What can be opened with the same secret for the same workspace alone."""
        return self._fernet(team).encrypt(content)

    def open(self, team: str, sealed: bytes, life: int | None = None) -> bytes:
        """What was sealed, no longer ago than its life in seconds if it has one. Raises Unreadable."""
        try:
            return self._fernet(team).decrypt(sealed, life)
        except InvalidToken as error:
            raise Unreadable from error

    def _fernet(self, team: str) -> Fernet:
        # A key of its own for each workspace: under the name of another one nothing opens.
        info = f"{_PURPOSE}\0{team}".encode()
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self.secret.encode())
        return Fernet(base64.urlsafe_b64encode(key))
