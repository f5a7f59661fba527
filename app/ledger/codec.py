"""How personal data is kept: payloads as bytes behind one codec, numbers findable by a keyed hash only."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property


@dataclass
class Codec:
    """`index_key` keys the hashes of numbers; it may be read from the ledger when it is first needed.

    Then whatever makes a hash raises `LedgerError` while the database is away.
    """

    index_key: bytes | Callable[[], bytes]

    @cached_property
    def _key(self) -> bytes:
        return self.index_key if isinstance(self.index_key, bytes) else self.index_key()

    def encode(self, payload: bytes) -> bytes:
        """The payload as it is stored."""
        return payload

    def decode(self, stored: bytes) -> bytes:
        """The payload as it came."""
        return stored

    def number(self, number: str | None) -> str | None:
        """What a number is found by."""
        return self.digest(number) if number else None

    def digest(self, text: str) -> str:
        """A keyed hash that says nothing of the text."""
        return hmac.digest(self._key, text.encode(), "sha256").hex()[:32]
