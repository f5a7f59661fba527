"""The CRM as one attempt uses it: every call goes by the courier, and nothing is waited for beyond the deadline."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from app.crm.mark import Mark
from app.crm.port import Crm, Found
from app.delivery.courier.courier import Courier
from app.delivery.courier.member import Lane, Member
from app.delivery.courier.places import busy
from app.delivery.courier.sending import Sending
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.waiting import GRACE, Deadline, asking_crm, is_done

T = TypeVar("T")


class OverdueError(CrmError):
    """The record is still on its way at the deadline; `late` will say what comes of it."""

    def __init__(self, late: Member) -> None:
        super().__init__(Reason.CRM_TIMEOUT, "Salesforce has not answered in time.", outcome_unknown=True)
        self.late = late
        self.dropped = late.sending.dropped
        self.sent = late.sending.sent


@dataclass(frozen=True)
class BoundedCrm:
    """The port `Crm` for the records of a rule. `config` names the configuration that the rule stands in."""

    crm: Crm
    courier: Courier
    lane: Lane
    config: str
    rule: str

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        """Creates the record, without what the CRM refuses.

        Raises `CrmError`: `unsent` if its turn did not come by the deadline, `OverdueError` if its answer did not.
        """
        sending = Sending.of(record)
        member = Member(sending, external_id, deadline, rule=self.rule, config=self.config, lane=self.lane)
        self.courier.send([member])
        with asking_crm():
            if not is_done(member, deadline.remaining() + GRACE) and self.courier.withdraw(member):
                raise busy()
        if member.done():
            return member.result()
        raise OverdueError(member)

    def find(self, object_name: str, external_id: str, deadline: Deadline) -> Found | None:
        """As the port does it."""
        return self._read(lambda: self.crm.find(object_name, external_id, deadline), deadline)

    def find_by_id(self, object_name: str, record_id: str, deadline: Deadline) -> Found | None:
        """As the port does it."""
        return self._read(lambda: self.crm.find_by_id(object_name, record_id, deadline), deadline)

    def comment(self, record_id: str, text: str, mark: Mark, deadline: Deadline) -> None:
        """As the port does it."""
        with asking_crm():
            self.courier.look(lambda: self.crm.comment(record_id, text, mark, deadline), deadline, self.lane)

    def set_time(self, record_id: str, field: str, at: datetime, deadline: Deadline) -> None:
        """As the port does it."""
        with asking_crm():
            self.courier.look(lambda: self.crm.set_time(record_id, field, at, deadline), deadline, self.lane)

    def has_comment(self, record_id: str, mark: Mark, deadline: Deadline) -> bool:
        """As the port does it."""
        return self._read(lambda: self.crm.has_comment(record_id, mark, deadline), deadline)

    def _read(self, work: Callable[[], T], deadline: Deadline) -> T:
        try:
            with asking_crm():
                return self.courier.look(work, deadline, self.lane)
        except CrmError as error:
            # What only reads leaves nothing behind that could be unknown.
            error.outcome_unknown = False
            raise
