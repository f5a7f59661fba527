"""Maps what waits, with today's rules. A mapper that has ended its process over a callback gets one more chance."""

from app.delivery.attempt import Attempts, as_sent
from app.delivery.entry.changes import count_attempt
from app.domain.callback import Callback
from app.domain.entry import Entry
from app.domain.errors import MappingError
from app.domain.reasons import Reason
from app.domain.record import Record
from app.mapping.rules import Rule


def map_anew(attempts: Attempts, entry: Entry, callback: Callback, rule: Rule) -> Record:
    """What today's rules make of the callback, as it is sent. Raises `MappingError` and `LedgerError`."""
    # Its process died before a mapper of others had made the record.
    suspect = entry.unknown and entry.object is None and not rule.is_own
    if suspect:
        _count(attempts, entry, rule)
    record = as_sent(entry, callback, rule, rule.apply(callback))
    # Callbacks of the same caller wait until they see of what object it is.
    if suspect or (entry.object is None and rule.merge is not None):
        attempts.note_object(entry, record)
    return record


def _count(attempts: Attempts, entry: Entry, rule: Rule) -> None:
    if entry.attempts:
        raise MappingError(
            Reason.MAPPING_FAILED,
            f"Rule {rule.name}: the process ended each time while its mapper was at work, so it is not asked again. "
            "Its developer has to mend it; then replay the callback.",
        )
    # Before it is asked, since afterwards may be too late.
    attempts.settler.ledger.change(entry.id, count_attempt)
