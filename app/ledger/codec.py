"""How personal data is kept: payloads as bytes behind one codec, numbers findable by a keyed hash only.

The same key makes the marks of comments.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import structlog

from app.ledger.database import LedgerError
from app.ledger.seal import DamagedError, Seal

log = structlog.get_logger()


@dataclass
class Codec:
    """`index_key` keys the hashes; it may be read from the ledger when it is first needed.

    Then whatever makes a hash raises `LedgerError` while the database is away. Without a `seal` payloads are stored
    plain.
    """

    index_key: bytes | Callable[[], bytes]
    seal: Seal | None = None

    @cached_property
    def _keyed(self) -> hmac.HMAC:
        key = self.index_key if isinstance(self.index_key, bytes) else self.index_key()
        return hmac.new(key, digestmod="sha256")

    @property
    def sealed_with(self) -> str | None:
        """The id of the key that `encode` uses; it is stored with the payload."""
        return self.seal.key_id if self.seal else None

    def encode(self, payload: bytes) -> bytes:
        """The payload as it is stored."""
        return self.seal.close(payload) if self.seal and payload else payload

    def decode(self, stored: bytes, sealed_with: str | None) -> bytes:
        """The payload as it came; nothing if it is damaged. Raises `LedgerError` without the key that encrypts it."""
        if sealed_with is None or not stored:
            return stored
        if self.seal is None or sealed_with not in self.seal.ids:
            raise LedgerError(f"a payload is encrypted with key {sealed_with}, which RINGBACK_ENCRYPTION_KEY has not")
        try:
            return self.seal.open(stored)
        except DamagedError:
            # One callback that is lost must not keep all others waiting: its attempt says that there is none.
            log.error("payload_damaged", key=sealed_with)
            return b""

    def number(self, number: str | None) -> str | None:
        """What a number is found by."""
        return self.digest(number) if number else None

    def digest(self, text: str) -> str:
        """A keyed hash that says nothing of the text."""
        # A copy is cheaper than to look up the hash and to mix in the key again.
        keyed = self._keyed.copy()
        keyed.update(text.encode())
        return keyed.hexdigest()[:32]

    def mark(self, text: str) -> str:
        """A keyed hash that others may see. Nothing that a callback holds leads to it: none holds a NUL."""
        return self.digest(f"\0{text}")
