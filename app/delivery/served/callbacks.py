"""The callbacks that a served call is about: those that its caller had asked for not too long before."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import or_

from app.crm.case import CASE
from app.domain.entry import Entry, State
from app.domain.errors import PayloadError
from app.domain.served_call import CaseNote, ServedCall
from app.domain.source import Source
from app.ledger.ledger import Ledger
from app.ledger.served_late import late_callbacks, link
from app.ledger.tables import entry as rows
from app.payload import read

# More of a caller's callbacks than these, the latest, are not looked at.
MOST_CALLBACKS = 20
# jtel's clock and ours may differ; both times of jtel are compared by its own.
SLACK_SECONDS = 3600.0
# They have a Case, or may still get one.
_STATES = [state.value for state in (State.DELIVERED, State.RECEIVED, State.WAITING, State.FAILED, State.REFUSED)]


def callbacks_of(ledger: Ledger, call: ServedCall, source: Source) -> list[Entry]:
    """The caller's callbacks of this source that the call comes after, within its time. Raises `LedgerError`."""
    if source.served_callers is None or call.number is None:
        return []
    within = source.served_callers.within.total_seconds()
    since = min(call.at.timestamp(), time.time()) - within - SLACK_SECONDS
    found = ledger.select(
        rows.c.number_index == ledger.codec.number(call.number),
        # As an expression, lest SQLite looks through all that a source has ever sent, by the index for its events.
        rows.c.source.concat("") == call.source,
        rows.c.received_at >= since,
        rows.c.state.in_(_STATES),
        or_(rows.c.object.is_(None), rows.c.object == CASE),
        order=rows.c.id.desc(),
        limit=MOST_CALLBACKS,
    )
    meant = [entry for entry in found if _is_meant(entry, call.at.timestamp(), source)]
    # A Case that several have is told once.
    return list({entry.record_id or entry.id: entry for entry in meant}.values())


def link_late(ledger: Ledger, sources: Mapping[str, Source]) -> None:
    """Callbacks that came after a call are linked with it if they were asked for before. Raises `LedgerError`."""
    for late in late_callbacks(ledger.database, sources):
        entry = ledger.get(late.entry_id)
        if entry is not None:
            meant = _is_meant(entry, late.called_at, sources[late.source])
            link(ledger.database, late, CaseNote.OPEN if meant else CaseNote.UNRELATED)


def _is_meant(entry: Entry, called_at: float, source: Source) -> bool:
    """Whether the callback was asked for before the call, and not too long before."""
    before = called_at - _requested_at(entry, source).timestamp()
    return source.served_callers is not None and 0 <= before <= source.served_callers.within.total_seconds()


def _requested_at(entry: Entry, source: Source) -> datetime:
    received_at = datetime.fromtimestamp(entry.received_at, UTC)
    try:
        return read(*entry.payload, source, received_at).requested_at
    except PayloadError:
        # The source's configuration has changed, or its payload is damaged.
        return received_at
