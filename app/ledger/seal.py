"""Encrypts payloads. Of its keys the first is in force; the others still open what they have encrypted."""

import hashlib
from collections.abc import Sequence

from app.ledger.database import LedgerError

_ID_LENGTH = 16


class DamagedError(LedgerError):
    """What was encrypted is not as it was."""


class Seal:
    """`keys` are Fernet keys; raises `ValueError` where one is none. A key's id says nothing of it."""

    def __init__(self, keys: Sequence[str]) -> None:
        # Loaded only where it is used.
        from cryptography.fernet import Fernet, MultiFernet

        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self.ids = [hashlib.sha256(b"ringback key id" + key.encode()).hexdigest()[:_ID_LENGTH] for key in keys]

    @property
    def key_id(self) -> str:
        """The id of the key that encrypts."""
        return self.ids[0]

    def close(self, plain: bytes) -> bytes:
        """Encrypts with the first key."""
        return self._fernet.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """Decrypts, with whichever of the keys has encrypted it. Raises `DamagedError`."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise DamagedError("what is stored encrypted is damaged") from error
