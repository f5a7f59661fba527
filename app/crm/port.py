"""What delivery asks of a CRM."""

from typing import Protocol

from app.domain.deadline import Deadline
from app.domain.record import Record, Written


class Crm(Protocol):
    """A place for records. Safe to use from many threads at once."""

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        """Creates the record unless one with this external id is there already; never two, whatever races.

        Raises `CrmError`. Its `outcome_unknown` says that the record may exist all the same; calling again is safe.
        """
        ...
