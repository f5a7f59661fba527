"""What to say of a callback that is not attempted in this request, or cannot be."""

from app.domain.entry import Entry, State
from app.domain.errors import CrmError
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.domain.record import Written
from app.ledger.pauses import Pause

_QUEUED = "The callback is stored. The {who} has to act, then it is delivered: "
_BY_ITSELF = "The callback is stored and will be delivered. Nobody has to act."
_SEE = "docs/reasons.md says how."
_REFUSED = "This callback was refused; docs/reasons.md says why and who acts. Then send it again."


def outcome_of(entry: Entry, reason: Reason | None = None, message: str | None = None) -> Outcome:
    """What the ledger says of an entry; `reason` and `message` where it has none of its own."""
    known = Reason.of(entry.reason) or reason
    said = entry.message or message
    if entry.state is State.DELIVERED:
        written = Written(
            entry.record_id,
            entry.record_number,
            created=False,
            org_id=entry.org_id,
            dropped=entry.dropped,
            object=entry.record_object,
        )
        return Outcome(Status.EXISTING, entry.event_id, entry.rule, written)
    if entry.state is State.DISCARDED and known is Reason.SKIPPED_BY_RULE:
        return Outcome(Status.SKIPPED, entry.event_id, entry.rule, reason=known, message=said)
    if entry.state is State.DISCARDED:
        return Outcome(Status.DISCARDED, entry.event_id, entry.rule)
    if entry.state in (State.REFUSED, State.FAILED):
        return Outcome(Status.REFUSED, entry.event_id, entry.rule, reason=known, message=said or _REFUSED)
    who = known.who_acts if known and not known.permanent else None
    queued = _QUEUED.format(who=who) + (said or _SEE) if who else _BY_ITSELF
    return Outcome(Status.QUEUED, entry.event_id, entry.rule, reason=known, message=queued)


def nobody_delivers() -> CrmError:
    """It could wait, but no engine is there to deliver it."""
    return CrmError(
        Reason.ENGINE_NOT_RUNNING,
        "The callback would have to wait, but no engine runs that would deliver it later. Start one: see "
        "docs/troubleshooting-ringback.md. Then send the callback again.",
    )


def ledger_away() -> CrmError:
    """It cannot be stored, and Salesforce has not said in time that it has made a new Case of it."""
    return CrmError(
        Reason.LEDGER_UNAVAILABLE,
        "Ringback's database is away, so that it promises nothing, and it knows of no new Case. Mend the database, "
        "then send the callback again: no second Case comes of it.",
    )


def paused(pause: Pause) -> CrmError | None:
    """The error of a callback that a pause keeps waiting; nothing if only a newer Ringback knows the pause's reason."""
    reason = Reason.of(pause.reason)
    if reason is None:
        return None
    why = pause.message or "docs/reasons.md says who acts."
    error = CrmError(reason, f"Delivery is paused ({reason.word}) and goes on by itself once that is over: {why}")
    # Another callback has met it, and this one is not sent.
    return error.copy(unsent=True, echo=True)
