"""Brings a callback into the CRM once: as its own Case, as a comment on an open one, or as a closed one's successor."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import structlog

from app import translation
from app.crm.case import CASE, COMMENT, COMMENT_BODY, DESCRIPTION, PARENT
from app.crm.port import Crm, Found
from app.delivery.case.comments import keep_quiet, mark_of
from app.delivery.case.whose import EventCases
from app.delivery.entry.wording import ledger_away
from app.domain.callback import Callback
from app.domain.entry import UNFINISHED, Entry
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Outgoing, Record, Written
from app.ledger.database import LedgerError
from app.ledger.ledger import Ledger
from app.translation import gettext_noop
from app.waiting import Deadline

log = structlog.get_logger()

_CHANGED = gettext_noop("The caller has changed the callback request:")
_AGAIN = gettext_noop("This callback request came again:")
_BUSY = "An earlier version of this callback has not been delivered yet; this one follows it."


@dataclass(frozen=True)
class CaseDelivery:
    """One attempt of an entry. `quiet` is in seconds, see `comments`. Everything raises `CrmError`, `LedgerError`."""

    crm: Crm
    ledger: Ledger
    entry: Entry
    callback: Callback
    deadline: Deadline
    quiet: float

    def cases(self) -> EventCases:
        """Those of the entry's event, as the ledger knows them now."""
        return EventCases(self.crm, self.ledger, self.entry, self.deadline)

    def deliver(self, record: Record) -> Written:
        """Makes a Case of the record, or adds it to the event's latest. `crm_busy` while an earlier version waits."""
        if self.entry.turn == 1:
            return self._make_first(record, str(self.entry.external_id))
        cases = self.cases()
        if cases.versions[0].id == self.entry.id:
            return self._deliver_other_call(record, cases)
        if any(known.turn < self.entry.turn and known.state in UNFINISHED for known in cases.versions):
            raise CrmError(Reason.CRM_BUSY, _BUSY)
        return self._deliver_later(record, cases) if record.object == CASE else self._make_own(record)

    def comment(self, found: Found, why: str, record: Record) -> Outgoing:
        """Adds what the record says to the Case, as `say`."""
        described = record.fields.get(DESCRIPTION)
        said = described if isinstance(described, str) else self.callback.body or self.callback.callback_number or ""
        return self.say(found.id, f"{translation.of(record.language).gettext(why)}\n{said}")

    def say(self, case_id: str, text: str) -> Outgoing:
        """Adds the text to the Case, unless the entry has added one; says what it was. `crm_busy` in the quiet time."""
        keep_quiet(self.ledger, self.entry, self.quiet)
        said = Outgoing(Record(COMMENT, {PARENT: case_id, COMMENT_BODY: text}))
        try:
            self.crm.comment(case_id, text, mark_of(self.entry, case_id, self.ledger.codec), self.deadline)
        except CrmError as error:
            if error.outcome_unknown:
                error.wait = self.quiet
            error.sent = said
            raise
        return said

    def own_or_follow(self, record: Record, written: Written) -> Written:
        """What creating the event's first Case has come to: it is the entry's own, or the entry follows it."""
        if written.created or written.id is None or record.object != CASE:
            return _own(written)
        with _unknown_if(written.in_doubt):
            cases = self.cases()
            unknown = written.in_doubt or cases.unknown
            if unknown and cases.is_own():
                return _own(written)
            before = cases.trace() if cases.unknown else None
            if before is not None:
                return before
            latest = cases.latest() or Found(written.id, written.number, closed=False, org_id=written.org_id)
            return self._follow(latest, record, _AGAIN if self.entry.turn == 1 else _CHANGED, unknown)

    def _deliver_later(self, record: Record, cases: EventCases) -> Written:
        before = cases.trace() if cases.unknown else None
        if before is not None:
            return before
        latest = cases.latest()
        if latest is None:
            # An event that has no Case yet has it under the id that keeps a second one out.
            return self._make_first(record, cases.first_id)
        return self._follow(latest, record, _CHANGED, cases.unknown)

    def _deliver_other_call(self, record: Record, cases: EventCases) -> Written:
        """The event id was used twice: a Case of its own. But the one that is there may be its own already."""
        log.warning("event_id_used_twice", event_id=self.entry.event_id, source=self.entry.source)
        found = cases.of_nobody(self.callback.external_id) if record.object == CASE else None
        return self._make_own(record) if found is None else self._follow(found, record, _AGAIN, cases.unknown)

    def _follow(self, latest: Found, record: Record, why: str, unknown: bool) -> Written:
        """Adds the record to the Case. A closed one has a successor, unless an `unknown` attempt may have added it."""
        if latest.closed and not unknown:
            return self._make_own(replace(record, fields={**record.fields, PARENT: latest.id}))
        said = self.comment(latest, why, record)
        return latest.written(updated=self.entry.turn > 1, sent=said)

    def _make_first(self, record: Record, first_id: str) -> Written:
        return self.own_or_follow(record, self.crm.create(record, first_id, self.deadline))

    def _make_own(self, record: Record) -> Written:
        return _own(self.crm.create(record, self.cases().own_id, self.deadline))


@contextmanager
def _unknown_if(in_doubt: bool) -> Iterator[None]:
    """What fails within leaves the outcome unknown if an earlier try may have made the Case."""
    try:
        yield
    except CrmError as error:
        error.outcome_unknown = error.outcome_unknown or in_doubt
        raise
    except LedgerError as error:
        away = ledger_away()
        away.outcome_unknown = in_doubt
        raise away from error


def _own(written: Written) -> Written:
    return replace(written, created=True, in_doubt=False) if written.in_doubt else written
