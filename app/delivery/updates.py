"""The same event with other content: an open Case gets one comment, a closed one a successor."""

from dataclasses import replace

import structlog

from app.crm.port import Crm, Found
from app.delivery.fingerprint import other_call
from app.domain.callback import Callback
from app.domain.deadline import Deadline
from app.domain.entry import Entry, State
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.ledger.ledger import Ledger

log = structlog.get_logger()


def deliver_update(
    crm: Crm, ledger: Ledger, entry: Entry, callback: Callback, record: Record, deadline: Deadline
) -> Written:
    """Brings the changed content into the CRM, once. Raises `CrmError`; `crm_busy` while the first content waits."""
    first = ledger.of_event(entry.source, str(entry.event_id))[0]
    if other_call(first.fingerprint, entry.fingerprint):
        log.warning("event_id_used_twice", event_id=entry.event_id, source=entry.source)
        return crm.create(record, str(entry.external_id), deadline)
    if first.state in (State.RECEIVED, State.WAITING):
        raise CrmError(
            Reason.CRM_BUSY, "The first content of this event has not been delivered yet; this one follows it."
        )
    found = crm.find(record.object, str(first.external_id), deadline)
    if found is None:
        # The event has no Case yet, so this content makes it: under the id that keeps a second one out.
        return crm.create(record, str(first.external_id), deadline)
    if found.closed:
        return crm.create(_succeeding(record, found), str(entry.external_id), deadline)
    mark = f"[Ringback {entry.external_id}]"
    crm.comment(found.id, f"The caller has changed the callback request:\n{_text(callback, record)}", mark, deadline)
    return Written(found.id, found.number, created=False, org_id=found.org_id, updated=True)


def deliver_first(crm: Crm, entry: Entry, callback: Callback, record: Record, deadline: Deadline) -> Written:
    """Creates the record of an event's first content. Raises `CrmError`."""
    written = crm.create(record, str(entry.external_id), deadline)
    note_unknown_record(crm, entry, callback, record, written, deadline)
    return written


def note_unknown_record(
    crm: Crm, entry: Entry, callback: Callback, record: Record, written: Written, deadline: Deadline
) -> None:
    """A record that was there before our first attempt was made while the ledger was away, or by an older ledger.

    Whether its content was the same nobody knows, so it is added as a comment, once. Raises `CrmError`.
    """
    ours = written.created or entry.unknown or entry.attempts > 0
    if ours or written.id is None or record.object != "Case":
        return
    text = f"This callback request came again:\n{_text(callback, record)}"
    crm.comment(written.id, text, f"[Ringback {entry.external_id}]", deadline)


def _succeeding(record: Record, found: Found) -> Record:
    return replace(record, fields={**record.fields, "ParentId": found.id})


def _text(callback: Callback, record: Record) -> str:
    described = record.fields.get("Description")
    return described if isinstance(described, str) else callback.body or callback.callback_number or ""
