"""What happens next with an entry, and who has to act."""

from dataclasses import dataclass

from app.delivery.entry.states import lease_runs
from app.domain.entry import Entry, State
from app.domain.reasons import who_acts
from app.ledger.pauses import ORG, pause_of
from app.operations.dropped import who_mends
from app.operations.now import Now


@dataclass(frozen=True)
class Advice:
    """`who` has to act, or nobody; `text` says what happens next."""

    who: str | None
    text: str


def advice(entry: Entry, now: Now) -> Advice:
    """What is to be done about the entry."""
    if entry.state is State.WAITING:
        return _waiting(entry, now)
    if entry.state is State.RECEIVED:
        return _received(entry, now)
    final = _FINAL if entry.purged_at is None else _WITHOUT_PAYLOAD
    text = final[entry.state].format(id=entry.id, reason=entry.reason)
    if entry.state is State.DELIVERED and entry.dropped:
        gone = f" {_GONE}." if entry.purged_at is not None else ""
        return Advice(who_mends(entry.dropped), _without(entry) + gone)
    if entry.state in (State.DELIVERED, State.DISCARDED):
        return Advice(None, text)
    # What passes by itself has not been tried again: somebody has to ask for it.
    return Advice(who_acts(entry.reason) or "operator", text)


def _without(entry: Entry) -> str:
    fields = ", ".join(one.field for one in entry.dropped)
    return (
        f"The Case was made without {fields}: set in Salesforce what this Case needs, and mend the cause for the next "
        "ones, see docs/reasons.md. All else is done."
    )


def _received(entry: Entry, now: Now) -> Advice:
    if lease_runs(entry, now.clock):
        return Advice(None, "An attempt is under way.")
    return _unless_dead(now, Advice(None, "The process that attempted it has died; an engine takes it over."))


def _waiting(entry: Entry, now: Now) -> Advice:
    pause = pause_of(entry.rule or "", now.pauses)
    if pause is not None:
        what = "all callbacks" if pause.scope == ORG else f"callbacks of rule {entry.rule}"
        said = f" {pause.message}" if pause.message else ""
        text = (
            f"Delivery of {what} is paused: {pause.reason}, see docs/reasons.md.{said} One callback is tried now and "
            "then; when it goes through, all go on by themselves."
        )
        return _unless_dead(now, Advice(who_acts(pause.reason), text))
    seconds = round((entry.due_at or 0) - now.clock)
    when = f"in {seconds} s" if seconds > 0 else "now"
    return _unless_dead(now, Advice(who_acts(entry.reason), f"The next attempt is due {when}."))


def _unless_dead(now: Now, otherwise: Advice) -> Advice:
    if now.engine_alive:
        return otherwise
    said = "No engine runs, so nothing is delivered: start Ringback, see docs/troubleshooting-ringback.md."
    return Advice("operator", said)


_TOLD = "jtel was told so with a 500 ({reason}, see docs/reasons.md)"
_FINAL = {
    State.DELIVERED: "It is done.",
    State.DISCARDED: "A person discarded it. To take it up again: ringback replay {id}",
    State.REFUSED: f"{_TOLD}, and Ringback does nothing more by itself. Once the cause is mended, jtel may send it "
    "again, or: ringback replay {id}",
    State.FAILED: "jtel believes that it is done, but it is not ({reason}, see docs/reasons.md): nobody calls back "
    "unless a person acts. Once the cause is mended: ringback replay {id}",
    State.INVALID: f"{_TOLD}. A newer Ringback may understand it: ringback replay {{id}}",
}
_GONE = "What jtel sent has been removed since, see docs/privacy.md"
_WITHOUT_PAYLOAD = {
    State.DELIVERED: f"It is done. {_GONE}.",
    State.DISCARDED: f"A person discarded it. {_GONE}: it cannot be taken up again.",
    State.REFUSED: f"{_TOLD}. {_GONE}: it is delivered only if jtel sends it again.",
    State.FAILED: "jtel believes that it is done, but it is not ({reason}, see docs/reasons.md). "
    f"{_GONE}: it is delivered only if jtel sends it again. To end it: ringback discard {{id}}",
    State.INVALID: f"{_TOLD}. {_GONE}.",
}
