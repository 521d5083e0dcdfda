"""Encryption of what is personal, and keyed hashes by which it can be found again.

The first key encrypts; all of them open. To change it, put a new one in front, restart, and run
``python -m leads rotate``; then the old one can go.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from leads.errors import SettingsError, WrongKey
from leads.key_file import secrets_in


class Keyring:
    """Keys for the store: 32 bytes in URL-safe base64 each, as ``new_key`` makes them."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises ``SettingsError`` when there is none, or one is no key."""
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except (ValueError, TypeError):
            raise SettingsError("LEADS_KEYS", "must be keys as `python -m leads key` makes them") from None
        self._index_keys = [_index_key(key) for key in keys]

    @classmethod
    def load(cls, keys: Sequence[str], file: Path) -> Keyring:
        """The keys from the environment; without any, those in the file, as ``key_file`` makes and reads it."""
        return cls(keys or secrets_in(file, "LEADS_KEY_FILE", new_key))

    def seal(self, text: str) -> str:
        """The text encrypted with the first key."""
        return self._fernet.encrypt(text.encode()).decode()

    def unseal(self, token: str) -> str:
        """What was sealed with any of the keys. Raises ``WrongKey``."""
        try:
            return self._fernet.decrypt(token.encode()).decode()
        except InvalidToken:
            raise WrongKey("The keys at hand do not open this store (LEADS_KEYS, or leads.key).") from None

    def seal_bytes(self, data: bytes) -> bytes:
        """The bytes encrypted with the first key, in one line of ASCII."""
        return bytes(self._fernet.encrypt(data))

    def unseal_bytes(self, token: bytes) -> bytes:
        """The bytes that were sealed with any of the keys. Raises ``WrongKey``."""
        try:
            return bytes(self._fernet.decrypt(token))
        except InvalidToken:
            raise WrongKey("The keys at hand do not open this (LEADS_KEYS, or leads.key).") from None

    def hash(self, kind: str, value: str) -> str:
        """A hash that only the first key gives. ``kind`` keeps equal values of different meaning apart."""
        return self.hashes(kind, value)[0]

    def hashes(self, kind: str, value: str) -> list[str]:
        """That hash under each key, for looking up what another key has hashed."""
        return [_hash(key, f"{kind}\0{value}") for key in self._index_keys]


def new_key() -> str:
    """A fresh random key."""
    return Fernet.generate_key().decode()


def _index_key(key: str) -> bytes:
    """A key of its own for hashing: what hashes show must tell nothing about the key that encrypts."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"leads: index").derive(key.encode())


def _hash(key: bytes, value: str) -> str:
    digest = hmac.HMAC(key, hashes.SHA256())
    digest.update(value.encode(errors="surrogatepass"))
    return digest.finalize().hex()
