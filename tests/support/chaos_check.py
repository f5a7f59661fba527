"""What has to be true after chaos. Everything that is not becomes a line."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from app.domain.reasons import Reason, Scope
from app.ledger.database import LedgerError
from tests.support.chaos_house import House
from tests.support.chaos_load import NO_QUEUE, Answer, Callback, Load

MOVING = ("received", "waiting")
# The share of callbacks for which SQLite may be busy, on a machine that has other things to do.
MOST_BUSY = 0.01
READS = 10
STOPPED = ("refused", "invalid")
# What passes or is mended: a callback waits for it, or is refused where its source wants that.
TROUBLES = {
    reason.word
    for reason in Reason
    if reason.scope in (Scope.TRANSIENT, Scope.ORG, Scope.RULE)
    and reason not in (Reason.LEDGER_UNAVAILABLE, Reason.ENGINE_NOT_RUNNING)
}
Row = Mapping[str, Any]


@dataclass
class Found:
    """What the sandbox and the ledger hold in the end."""

    cases: list[dict[str, Any]]
    comments: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    log: str
    durable: bool
    places: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_event: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for case in self.cases:
            self.places[case["Subject"] or ""].append(f"Case {case['jtel_AcdEventsID__c']}")
        for comment in self.comments:
            for word in comment["CommentBody"].replace(":", " ").split():
                if word.startswith("callback-"):
                    self.places[word].append(f"comment {comment['Id']}")
                    break
        for row in self.entries:
            self.by_event[str(row["event_id"])].append(row)


def look(house: House) -> Found:
    """Reads both sides."""
    log = house.ringback.log.read_text(errors="replace")
    return Found(
        house.sandbox.query(
            "SELECT Id, CaseNumber, Subject, ParentId, jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null"
        ),
        house.sandbox.query("SELECT Id, ParentId, CommentBody FROM CaseComment"),
        _entries(house),
        log,
        # An SQLite that is busy for longer than a request may wait is away, as a Postgres that has died.
        house.postgres is None and '"ledger_unavailable"' not in log,
    )


def _entries(house: House) -> list[dict[str, Any]]:
    for _ in range(READS):
        # On an overloaded machine an SQLite is busy for longer than one read waits.
        with suppress(LedgerError):
            return house.ringback.entries()
    return house.ringback.entries()


def problems(house: House, found: Found, load: Load) -> list[str]:
    """Every promise that was broken, a line each; none if all were kept."""
    answers = load.by_callback()
    lines = [*load.surprises, *_twice(found), *_states(found, answers), *_log(found)]
    lines += _busy(house, load)
    for callback, given in answers.items():
        lines += _promised(found, callback, given)
        lines += _kept(found, callback, given)
        lines += _truthful(found, callback, given)
        lines += _not_done_after_all(found, callback, given)
    return lines


def _twice(found: Found) -> Iterator[str]:
    known = {row["external_id"] for row in found.entries}
    for external_id, count in Counter(case["jtel_AcdEventsID__c"] for case in found.cases).items():
        if count > 1:
            yield f"{external_id} has {count} Cases"
        if found.durable and external_id not in known:
            yield f"{external_id} has a Case and is not in the ledger"
    for mark, places in found.places.items():
        # A Case that was made while the database was away gets what came for it later as a comment, the same or not.
        noted = not found.durable and [place.split()[0] for place in sorted(places)] == ["Case", "comment"]
        if mark.startswith("callback-") and len(places) > 1 and not noted:
            yield f"{mark} is there {len(places)} times: {', '.join(places)}"


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


def _busy(house: House, load: Load) -> Iterator[str]:
    away = sum(answer.body.get("reason") == Reason.LEDGER_UNAVAILABLE.word for answer in load.answers)
    if house.postgres is None and away > MOST_BUSY * len(load.answers):
        yield f"SQLite was busy for {away} of {len(load.answers)} callbacks"


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
