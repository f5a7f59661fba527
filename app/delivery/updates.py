"""The same event with other content: an open Case gets one comment, a closed one a successor."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from app.crm.port import Crm, Found
from app.delivery.comments import comment_once, mark_of
from app.delivery.fingerprint import other_call
from app.delivery.late import FIELD, without_line
from app.domain.callback import Callback
from app.domain.deadline import Deadline
from app.domain.entry import Entry, State
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.ledger.ledger import Ledger

log = structlog.get_logger()

# Only these can be closed and commented on.
OBJECT = "Case"
# What comes behind it may have been cut, since other lines were added before it.
LONGEST_COMPARED = 10_000
# Behind the external id of an event's first content whose own id another content's Case has; the later ones count on.
SUCCESSOR = "-1"


@dataclass(frozen=True)
class Update:
    """A later content of an event on its way into the CRM. `quiet` is in seconds, see `comments`."""

    crm: Crm
    ledger: Ledger
    entry: Entry
    callback: Callback
    deadline: Deadline
    quiet: float

    def deliver(self, record: Record) -> Written:
        """Brings the content into the CRM, once. Raises `CrmError`, `crm_busy` while an earlier content waits."""
        own_id = str(self.entry.external_id)
        call = contents_of_call(self.ledger, self.entry)
        if call[0].turn == self.entry.turn:
            log.warning("event_id_used_twice", event_id=self.entry.event_id, source=self.entry.source)
            return self._case_of_another_call(record, own_id)
        if any(one.turn < self.entry.turn and one.state in (State.RECEIVED, State.WAITING) for one in call):
            raise CrmError(
                Reason.CRM_BUSY, "An earlier content of this event has not been delivered yet; this one follows it."
            )
        if record.object != OBJECT:
            return _case_of_its_own(self.crm, record, own_id, self.deadline)
        found = self._own(call, record)
        if found is not None:
            return found.written()
        found = latest_case(self.crm, call, self.deadline)
        if found is None:
            return self._first_case(record, str(call[0].external_id))
        if found.closed:
            return _case_of_its_own(self.crm, _succeeding(record, found), own_id, self.deadline)
        self._comment(found.id, record)
        return found.written(updated=True)

    def _case_of_another_call(self, record: Record, own_id: str) -> Written:
        """A Case of its own, unless the event's Case is just that: made while the ledger was away."""
        number, described = self.callback.callback_number, record.fields.get(FIELD)
        # Only a description that names the caller tells one caller's Case from another's.
        if record.object == OBJECT and number and isinstance(described, str) and number in described:
            found = self.crm.find(OBJECT, self.callback.external_id, self.deadline)
            if found is not None and _says(self.crm, found.id, record, self.deadline):
                return found.written()
        return _case_of_its_own(self.crm, record, own_id, self.deadline)

    def _own(self, call: Sequence[Entry], record: Record) -> Found | None:
        """The Case that an attempt whose outcome is unknown has made of this very content."""
        if not self.entry.unknown:
            return None
        found = self.crm.find(OBJECT, str(self.entry.external_id), self.deadline)
        if found is not None or not may_have_first_id(self.entry, call):
            return found
        found = self.crm.find(OBJECT, str(call[0].external_id), self.deadline)
        # It may have been made of another content while the ledger was away.
        other = found is not None and _says(self.crm, found.id, record, self.deadline) is False
        return None if other else found

    def _first_case(self, record: Record, external_id: str) -> Written:
        """The event has no Case yet, so this content makes it: under the id that keeps a second one out."""
        written = self.crm.create(record, external_id, self.deadline)
        if written.id is None or made_it(self.crm, record, written, self.deadline) is not False:
            return _counted_as_made(written)
        # Another content was faster.
        self._comment(written.id, record)
        return replace(written, updated=True, in_doubt=False)

    def _comment(self, record_id: str, record: Record) -> None:
        text = f"The caller has changed the callback request:\n{text_of(self.callback, record)}"
        comment_once(self.crm, self.ledger, self.entry, record_id, text, self.deadline, self.quiet)


def contents_of_call(ledger: Ledger, entry: Entry) -> list[Entry]:
    """The contents of the entry's event, the first one first, without those of another call with the same event id.

    Raises `LedgerError`.
    """
    known = ledger.of_event(entry.source, str(entry.event_id))
    return [one for one in known if one.id == entry.id or not other_call(one.fingerprint, entry.fingerprint)]


def may_have_first_id(entry: Entry, call: Sequence[Entry]) -> bool:
    """Whether the entry may have made the event's first Case, since no other content the ledger knows of may have."""
    return not any(one.unknown or _is_there(one) for one in call if one.id != entry.id)


def deliver_first(
    crm: Crm, ledger: Ledger, entry: Entry, callback: Callback, record: Record, deadline: Deadline
) -> Written:
    """Creates the record of an event's first content. Raises `CrmError`, and `LedgerError`."""
    written = crm.create(record, str(entry.external_id), deadline)
    return own_or_noted(crm, ledger, entry, callback, record, written, deadline)


def own_or_noted(
    crm: Crm,
    ledger: Ledger,
    entry: Entry,
    callback: Callback,
    record: Record,
    written: Written,
    deadline: Deadline,
) -> Written:
    """The result; a record that was there, and that no attempt of ours has made, may be of another content.

    It was made while the ledger was away, by an older ledger, or of a later content after this one had been refused.
    Unless it says what this one does, this one is added to the event's latest Case; if that is closed and surely not of
    this content, it makes the next Case. Raises `CrmError`, and `LedgerError`.
    """
    if written.created or written.id is None or record.object != OBJECT:
        return _counted_as_made(written)
    says = _compared(crm, record, written, deadline)
    call = contents_of_call(ledger, entry)
    may_be_ours = may_have_first_id(entry, call)
    # Where that cannot be told it counts as ours if it may be.
    if says or (says is None and may_be_ours and (entry.unknown or written.in_doubt)):
        return _counted_as_made(written)
    found = latest_case(crm, call, deadline)
    # What may be our own Case has no successor: its description may have been dropped, or changed by an agent.
    if found is not None and found.closed and not (may_be_ours and (says is None or entry.unknown)):
        return _case_of_its_own(crm, _succeeding(record, found), f"{entry.external_id}{SUCCESSOR}", deadline)
    text = f"This callback request came again:\n{text_of(callback, record)}"
    at = found.written() if found is not None else replace(written, in_doubt=False)
    crm.comment(str(at.id), text, mark_of(entry), deadline)
    return at


def made_it(crm: Crm, record: Record, written: Written, deadline: Deadline) -> bool | None:
    """Whether an attempt of ours has made the record just now; none where that cannot be told. Raises `CrmError`."""
    if written.created or not written.in_doubt:
        return written.created
    return _compared(crm, record, written, deadline)


def _case_of_its_own(crm: Crm, record: Record, own_id: str, deadline: Deadline) -> Written:
    return _counted_as_made(crm.create(record, own_id, deadline))


def _counted_as_made(written: Written) -> Written:
    return replace(written, created=written.created or written.in_doubt, in_doubt=False)


def latest_case(crm: Crm, call: Sequence[Entry], deadline: Deadline) -> Found | None:
    """The event's latest Case that is still there. Raises `CrmError`."""
    for record_id in reversed(_records(call)):
        found = crm.find_by_id(OBJECT, record_id, deadline)
        if found is not None:
            return found
    # One may be there that the ledger does not know.
    return crm.find(OBJECT, str(call[0].external_id), deadline)


def _compared(crm: Crm, record: Record, written: Written, deadline: Deadline) -> bool | None:
    try:
        return None if written.id is None else _says(crm, written.id, record, deadline)
    except CrmError as error:
        error.outcome_unknown = error.outcome_unknown or written.in_doubt
        raise


def _says(crm: Crm, case_id: str, record: Record, deadline: Deadline) -> bool | None:
    """Whether the Case says what the record does, whoever has made it; none where that cannot be told."""
    described = record.fields.get(FIELD)
    said = crm.description_of(case_id, deadline) if isinstance(described, str) else None
    if said is None:
        return None
    return _blanks_aside(without_line(str(described)))[:LONGEST_COMPARED] in _blanks_aside(said)


def _blanks_aside(text: str) -> str:
    return " ".join(text.split())


def text_of(callback: Callback, record: Record) -> str:
    """What a comment says of the callback."""
    described = record.fields.get("Description")
    return described if isinstance(described, str) else callback.body or callback.callback_number or ""


def _is_there(entry: Entry) -> bool:
    return entry.state is State.DELIVERED


def _records(call: Sequence[Entry]) -> list[str]:
    """The records of these contents, each once, in the order in which they came to be."""
    delivered = sorted(filter(_is_there, call), key=lambda one: (one.delivered_at or 0, one.turn))
    return list(dict.fromkeys(one.record_id for one in delivered if one.record_id is not None))


def _succeeding(record: Record, found: Found) -> Record:
    return replace(record, fields={**record.fields, "ParentId": found.id})
