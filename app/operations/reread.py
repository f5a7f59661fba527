"""Reads anew what could not be understood when it came; a newer Ringback may understand it."""

from collections.abc import Mapping
from typing import Any

from app.delivery.attempt import map_by
from app.delivery.entry.same_version import same_version
from app.delivery.request.intake import MOST_TURNS, external_id_of
from app.domain.callback import Callback, fingerprint
from app.domain.entry import Entry
from app.domain.errors import PayloadError
from app.domain.reasons import Reason
from app.domain.record import Record
from app.ledger.ledger import Ledger
from app.mapping.rules import Config
from app.operations.fates import BarredError, ReplayFate
from app.payload import read

# Of these only a part is there; what was cut off might be half of the number.
_CUT = frozenset({Reason.BODY_TOO_LARGE.word, Reason.BODY_INCOMPLETE.word})


def reread(ledger: Ledger, config: Config, entry: Entry) -> Mapping[str, Any]:
    """What the invalid entry needs to become a callback like any other; its source is in `config`.

    Raises `BarredError` and `LedgerError`.
    """
    if entry.reason in _CUT:
        raise BarredError(ReplayFate.INCOMPLETE, entry.reason)
    try:
        callback = read(*entry.payload, config.sources[entry.source], entry.came_at)
    except PayloadError as error:
        raise BarredError(ReplayFate.INVALID, error.reason.word, error.message) from error
    hashes = fingerprint(callback, ledger.codec.digest)
    turn = _turn(ledger, callback, entry, hashes)
    rule = config.rule_for(callback)
    # What is wrong with it the attempt will say.
    mapped = map_by(rule, callback)
    return {
        "event_id": callback.event_id,
        "turn": turn,
        "external_id": external_id_of(callback, turn),
        "fingerprint": hashes,
        "number_index": ledger.codec.number(callback.callback_number),
        "rule": rule.name,
        "object": mapped.object if isinstance(mapped, Record) else None,
        "invalid_event_ids": (),
    }


def _turn(ledger: Ledger, callback: Callback, entry: Entry, hashes: str) -> int:
    known = ledger.of_event(callback.source.name, callback.event_id)
    for other in known:
        if same_version(other, entry.body, entry.query, hashes):
            raise BarredError(
                ReplayFate.REPEAT, note=f"Entry {other.id} ({other.state.value}) is the same; discard this one."
            )
    if len(known) >= MOST_TURNS:
        raise BarredError(ReplayFate.REPEAT, note=f"Its event has {MOST_TURNS} versions already.")
    return len(known) + 1
