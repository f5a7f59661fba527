"""Notes what somebody does, before it is done."""

from dataclasses import dataclass

from flask import g, request

from app.domain.client_address import address_of
from app.ledger.audit import AuditTrail, Deed
from app.operations.console_settings import ConsoleUser

# Longer ones are cut.
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Auditing:
    """Keeps who did what, when and from where."""

    trail: AuditTrail

    def note(self, user: ConsoleUser, deed: str, entry_id: int | None = None, note: str | None = None) -> None:
        """When it returns, it is on the disk. Raises `LedgerError`: then it must not be done."""
        said = note[:LONGEST_NOTE] if note else None
        client = address_of(request.remote_addr)
        self.trail.keep(Deed(user.name, user.role.value, deed, g.request_id, entry_id, said, client))
