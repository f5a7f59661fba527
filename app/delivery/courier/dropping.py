"""The CRM as delivery uses it for a rule: what it will not take is cut or dropped, and the record is made."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.crm.mark import Mark
from app.crm.port import Crm, Found, Promise
from app.delivery.courier.known_drops import KnownDrops
from app.delivery.courier.sending import Sending
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.record import Record, Written


@dataclass(frozen=True)
class DroppingCrm:
    """The port `Crm` in front of another; only `create` differs. `config` names the configuration of `rule`."""

    crm: Crm
    known: KnownDrops
    config: str
    rule: str

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        """Creates the record, without what the CRM refuses, down to a rescue. All tries share the deadline.

        Raises `CrmError` as the port does; a refusal is then the one that could not be helped.
        """
        return self.finish(self.begin(record), external_id, deadline)

    def begin(self, record: Record) -> Sending:
        """The record, without what is known to be refused."""
        return self.refresh(Sending.of(record))

    def refresh(self, sending: Sending) -> Sending:
        """The same, without what has become known since."""
        left_out = sending.leave_out(*self.known.of(self.config, self.rule, sending.record))
        return left_out.within(self.known.limits.of(self.config, self.rule))

    def finish(self, sending: Sending, external_id: str, deadline: Deadline) -> Written:
        """Creates the record from where its sending stands."""
        while True:
            try:
                return self.succeeded(sending, self.crm.create(sending.record, external_id, deadline))
            except CrmError as error:
                following = self.after(sending, error)
                if following is None:
                    final = sending.failed(error)
                    if final is error:
                        raise
                    raise final from error
                sending = following

    def after(self, sending: Sending, error: CrmError) -> Sending | None:
        """What to send after this refusal, nothing if it is final; what concerns the whole rule is remembered."""
        following = sending.after(error)
        if following is not None:
            # How long a value is says nothing of the next one.
            names = [name for name in sending.at_fault(error) if name not in error.too_long]
            self.known.learn(self.config, self.rule, sending.whole, names, error)
            self.known.limits.learn(self.config, self.rule, sending.shorter(error), error)
        return following

    def succeeded(self, sending: Sending, written: Written) -> Written:
        """The result, with what the record was made without."""
        if written.created:
            self.known.worked(self.config, self.rule, sending.record)
        return sending.written(written)

    def create_many(self, records: Sequence[tuple[Record, str]], deadline: Deadline) -> list[Written | CrmError]:
        """As the port does it: who sends many decides on each."""
        return self.crm.create_many(records, deadline)

    def group(self, record: Record) -> str:
        """As the port does it."""
        return self.crm.group(record)

    def size(self, record: Record) -> int:
        """As the port does it."""
        return self.crm.size(record)

    @property
    def promise(self) -> Promise:
        """As the port does it."""
        return self.crm.promise

    def find(self, object_name: str, external_id: str, deadline: Deadline) -> Found | None:
        """As the port does it."""
        return self.crm.find(object_name, external_id, deadline)

    def find_by_id(self, object_name: str, record_id: str, deadline: Deadline) -> Found | None:
        """As the port does it."""
        return self.crm.find_by_id(object_name, record_id, deadline)

    def comment(self, record_id: str, text: str, mark: Mark, deadline: Deadline) -> None:
        """As the port does it."""
        self.crm.comment(record_id, text, mark, deadline)

    def has_comment(self, record_id: str, mark: Mark, deadline: Deadline) -> bool:
        """As the port does it."""
        return self.crm.has_comment(record_id, mark, deadline)
