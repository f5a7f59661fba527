"""What has to be true after chaos. Everything that is not becomes a line."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from app.domain.reasons import Reason, Scope
from tests.support.chaos_found import Found
from tests.support.chaos_load import NO_QUEUE, Answer, Callback, by_callback
from tests.support.chaos_twice import twice

MOVING = ("received", "waiting")
# The share of callbacks for which SQLite may be busy, on a machine that has other things to do.
MOST_BUSY = 0.01
# In a short run some moments are enough for more than that.
_FEW_BUSY = 15
STOPPED = ("refused", "invalid")
# What passes or is mended: a callback waits for it, or is refused where its source wants that.
TROUBLES = {
    reason.word
    for reason in Reason
    if reason.scope in (Scope.TRANSIENT, Scope.ORG, Scope.RULE)
    and reason not in (Reason.LEDGER_UNAVAILABLE, Reason.ENGINE_NOT_RUNNING)
}


def problems(found: Found, given: Sequence[Answer]) -> list[str]:
    """Every promise that was broken, a line each; none if all were kept."""
    answers = by_callback(given)
    lines = [*twice(found), *_states(found, answers), *_log(found), *_busy(found, given)]
    for callback, own in answers.items():
        lines += _promised(found, callback, own)
        lines += _kept(found, callback, own)
        lines += _truthful(found, callback, own)
        lines += _not_done_after_all(found, callback, own)
    return lines


def _states(found: Found, answers: Mapping[Callback, list[Answer]]) -> Iterator[str]:
    unmappable = {str(callback.event_id): given for callback, given in answers.items() if callback.kind == "unmappable"}
    for row in found.entries:
        shown = f"{row['external_id']}: {row['state']} {row['reason']} attempts={row['attempts']}"
        if row["state"] in MOVING:
            yield f"still moving: {shown}"
        if row["state"] == "failed":
            given = unmappable.get(str(row["event_id"]), [])
            # Nobody was told 200: jtel had no answer, and a person has to look.
            if not given or any(answer.status == 200 for answer in given):
                yield f"needs a hand: {shown}"


def _log(found: Found) -> Iterator[str]:
    for line in found.log.splitlines():
        if '"internal_error"' in line or '"engine_stumbled"' in line:
            yield f"log: {line[:1500]}"
        elif line.startswith("Traceback"):
            place = found.log.index(line)
            yield f"log: {found.log[place : place + 1500]}"
            return


def _busy(found: Found, given: Sequence[Answer]) -> Iterator[str]:
    away = sum(answer.body.get("reason") == Reason.LEDGER_UNAVAILABLE.word for answer in given)
    if found.sqlite and away > max(_FEW_BUSY, MOST_BUSY * len(given)):
        yield f"SQLite was busy for {away} of {len(given)} callbacks"


def _promised(found: Found, callback: Callback, given: list[Answer]) -> Iterator[str]:
    promises = [answer for answer in given if answer.status == 200]
    if callback.kind != "unmappable" and promises and not found.places[callback.mark]:
        words = Counter(f"{answer.word} {answer.body.get('reason')}" for answer in promises)
        shown = ("turn", "state", "reason", "record_id", "attempts", "unknown")
        states = [tuple(row[name] for name in shown) for row in found.by_event[str(callback.event_id)]]
        yield f"lost: {callback.mark} ({callback.kind}) was answered 200 {dict(words)}; the ledger has {states}"


def _kept(found: Found, callback: Callback, given: list[Answer]) -> Iterator[str]:
    answered = [answer for answer in given if answer.status]
    if callback.kind == "invalid" or not answered or found.by_event[str(callback.event_id)]:
        return
    if found.durable or any(_needs_ledger(answer) for answer in answered):
        yield f"not in the ledger: {callback.mark} was answered {[(one.word, one.body) for one in answered]}"


def _needs_ledger(answer: Answer) -> bool:
    """Whether the answer can only be true with an entry: a Case alone makes `created` and `existing` true."""
    return answer.word in ("queued", "updated") or answer.body.get("reason") not in (None, "ledger_unavailable")


def _truthful(found: Found, callback: Callback, given: list[Answer]) -> Iterator[str]:
    for answer in given:
        reason = answer.body.get("reason")
        expected = {"unmappable": "refused", "invalid": "invalid"}.get(callback.kind)
        if reason == "internal_error":
            yield f"internal_error: {callback.mark}"
        if answer.status not in (0, 200, 500):
            yield f"{callback.mark} was answered {answer.status} {answer.body}"
        if answer.status == 500 and expected is None and not _may_refuse(found, callback, reason):
            yield f"refused though nothing is wrong with it: {callback.mark} {answer.body}"
        if answer.status == 200 and expected is not None:
            yield f"{callback.mark} ({callback.kind}) was answered {answer.word} {reason}"


def _may_refuse(found: Found, callback: Callback, reason: str | None) -> bool:
    """Whether a callback that nothing is wrong with may be answered 500 for this reason."""
    if reason == Reason.LEDGER_UNAVAILABLE.word:
        return not found.durable
    return callback.source == NO_QUEUE and reason in TROUBLES


def _not_done_after_all(found: Found, callback: Callback, given: list[Answer]) -> Iterator[str]:
    """500 means that nothing was written and nothing will be: nobody but jtel would ask again.

    Where one request had no answer, that one may have been stored and delivered. Without its database Ringback says
    500 also where it does not know. What the rules refuse is `failed` if that could not be written down: it alarms.
    """
    if any(answer.status != 500 or answer.body.get("reason") == "ledger_unavailable" for answer in given):
        return
    reasons = Counter(str(answer.body.get("reason")) for answer in given)
    if found.places[callback.mark]:
        yield f"written though refused: {callback.mark} was answered 500 {dict(reasons)}: {found.places[callback.mark]}"
    for row in found.by_event[str(callback.event_id)]:
        if row["request_id"] in {answer.body.get("requestId") for answer in given} and row["state"] not in (
            *STOPPED,
            "failed",
        ):
            yield f"goes on though refused: {row['external_id']} is {row['state']}, and was answered {dict(reasons)}"
