"""The contents of one event: each has its Case, its comment on an open one, or the Case that succeeds a closed one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import structlog

from app.crm.port import Crm, Found
from app.delivery.case.comments import comment_once, keep_quiet
from app.delivery.case.description import Description
from app.delivery.case.whose import OBJECT, SUCCESSOR, Made
from app.delivery.entry.wording import ledger_away
from app.delivery.late import FIELD
from app.domain.callback import Callback
from app.domain.deadline import Deadline
from app.domain.entry import Entry, State
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.ledger.database import LedgerError
from app.ledger.ledger import Ledger
from app.mapping.rules import Rule

log = structlog.get_logger()

_CHANGED = "The caller has changed the callback request:"
_AGAIN = "This callback request came again:"


@dataclass(frozen=True)
class Content:
    """One content of an event on its way into the CRM. `quiet` is in seconds, see `comments`."""

    crm: Crm
    ledger: Ledger
    entry: Entry
    callback: Callback
    rule: Rule
    deadline: Deadline
    quiet: float

    def deliver(self, record: Record) -> Written:
        """Brings the content into the CRM, once.

        Raises `LedgerError`, and `CrmError`: `crm_busy` while an earlier content waits.
        """
        if self.entry.turn == 1:
            return self.own_or_noted(record, self.crm.create(record, str(self.entry.external_id), self.deadline))
        made = self.made(record)
        if made.call[0].turn == self.entry.turn:
            log.warning("event_id_used_twice", event_id=self.entry.event_id, source=self.entry.source)
            return self._case_of_another_call(record, made)
        if any(one.turn < self.entry.turn and one.state in (State.RECEIVED, State.WAITING) for one in made.call):
            raise CrmError(
                Reason.CRM_BUSY, "An earlier content of this event has not been delivered yet; this one follows it."
            )
        if record.object != OBJECT:
            return self._case_of_its_own(record)
        before = made.find() if self.entry.unknown else None
        if before is not None:
            return before
        found = made.latest()
        if found is None:
            # The event has no Case yet, so this content makes it: under the id that keeps a second one out.
            written = self.crm.create(record, str(made.call[0].external_id), self.deadline)
            return self.own_or_noted(record, written)
        if not made.is_anothers(found) and made.says(found.id):
            return found.written()
        return self._follow(found, record, _CHANGED)

    def own_or_noted(self, record: Record, written: Written) -> Written:
        """The result of creating the event's first Case: one that was there may be of another content.

        It was made while the ledger was away, by an older ledger, or of another content after this one had been
        refused. Unless it says what this one does, this one is added to the event's latest Case; if that is closed and
        surely not of this content, it makes the next Case. Raises `CrmError`, and `LedgerError`.
        """
        if written.created or written.id is None or record.object != OBJECT:
            return _counted_as_made(written)
        with _doubting(written):
            made = self.made(record)
            said = made.says(written.id, written.dropped)
        if made.is_own(said, doubtful=self.entry.unknown or written.in_doubt):
            return _counted_as_made(written)
        before = made.find() if self.entry.unknown else None
        if before is not None:
            return before
        found = made.latest() or Found(written.id, written.number, closed=False, org_id=written.org_id)
        # What may be our own Case has no successor: its description may have been dropped, or changed by an agent.
        may_be_own = (said is None or self.entry.unknown) and made.is_own(None, doubtful=True)
        at = replace(found, closed=found.closed and not may_be_own)
        return self._follow(at, record, _AGAIN if self.entry.turn == 1 else _CHANGED)

    def _follow(self, found: Found, record: Record, why: str) -> Written:
        """Adds the content to the Case if that is open; else makes the next one."""
        if found.closed:
            keep_quiet(self.ledger, self.entry, self.quiet)
            return self._case_of_its_own(replace(record, fields={**record.fields, "ParentId": found.id}))
        text = f"{why}\n{text_of(self.callback, record)}"
        comment_once(self.crm, self.ledger, self.entry, found.id, text, self.deadline, self.quiet)
        return found.written(updated=self.entry.turn > 1)

    def made(self, record: Record) -> Made:
        """What has been made of it. Raises `LedgerError`."""
        description = Description(record, self.rule, self.callback)
        return Made.of(self.crm, self.ledger, self.entry, description, self.deadline)

    def _case_of_another_call(self, record: Record, made: Made) -> Written:
        """A Case of its own, unless the event's Case is just that: made while the ledger was away."""
        number = self.callback.callback_number
        # Only a description that names the caller tells one caller's Case from another's.
        if record.object == OBJECT and number and made.description is not None and made.description.tells(number):
            found = self.crm.find(OBJECT, self.callback.external_id, self.deadline)
            if found is not None and made.says(found.id):
                return found.written()
        return self._case_of_its_own(record)

    def _case_of_its_own(self, record: Record) -> Written:
        own_id = f"{self.entry.external_id}{SUCCESSOR if self.entry.turn == 1 else ''}"
        return _counted_as_made(self.crm.create(record, own_id, self.deadline))


def text_of(callback: Callback, record: Record) -> str:
    """What a comment says of the callback."""
    described = record.fields.get(FIELD)
    return described if isinstance(described, str) else callback.body or callback.callback_number or ""


@contextmanager
def _doubting(written: Written) -> Iterator[None]:
    """What fails within leaves the outcome unknown, if it was in doubt."""
    try:
        yield
    except CrmError as error:
        error.outcome_unknown = error.outcome_unknown or written.in_doubt
        raise
    except LedgerError as error:
        away = ledger_away()
        away.outcome_unknown = written.in_doubt
        raise away from error


def _counted_as_made(written: Written) -> Written:
    return replace(written, created=written.created or written.in_doubt, in_doubt=False)
