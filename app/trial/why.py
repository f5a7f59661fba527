"""Why a callback became what it became: what was sent from the ledger, why from the configuration of then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from app.delivery.engine.prepare import read_anew
from app.delivery.entry.settle import KeptRecord
from app.delivery.entry.states import Event
from app.domain.entry import Entry
from app.domain.errors import RingbackError
from app.domain.record import Dropped
from app.mapping.described import written
from app.mapping.explain import Fate, FieldStory
from app.mapping.origins import Origin
from app.mapping.rules import Config
from app.operations.sent import SentByAttempt
from app.operations.timeline import Moment
from app.translation import gettext_noop
from app.trial.changes import Change, compare
from app.trial.past import Lacking, PastRules
from app.trial.payload import Trial, try_rules
from app.trial.recent import payload_of


class Became(Enum):
    """What became of a field."""

    SENT = "sent"
    CUT = "cut"
    LEFT_OUT = "left out"
    EMPTY = "empty"
    FAILED = "failed"
    RULE_GIVES = "the rule gives it"  # whether it was sent is not kept


@dataclass(frozen=True)
class FieldOfCallback:
    """A field with its value as JSON, and the line of the configuration that gave it, where one did.

    `rule_gives` is what the rule alone gives, where what was sent is not the same. `note` says more.
    """

    name: str
    became: Became
    value: Any
    origin: Origin | None = None
    note: str = ""
    rule_gives: Any = None


@dataclass(frozen=True)
class Why:
    """The explanation by the configuration `config`; `attempted` says that an attempt went by it, else it is today's.

    There is a `trial`, or a reason why there is none (`lacking`). `changes` are what today's rules would do otherwise;
    `compared` says whether that is known.
    """

    config: str
    attempted: bool
    trial: Trial | None = None
    lacking: str | None = None
    fields: Sequence[FieldOfCallback] = ()
    changes: Sequence[Change] = ()
    compared: bool = False


_PURGED = gettext_noop("What jtel sent has been removed, so that nothing can be explained any more.")
# What the rules of then have decided.
_BY_RULES = ("attempt", Event.SKIPPED.value)
_NOT_ASKED = gettext_noop("Its mapper is not asked here: no attempt has shown that it ends for this callback.")


def why(entry: Entry, moments: Sequence[Moment], sent: SentByAttempt | None, rules: PastRules) -> Why:
    """Explains the entry. Raises `LedgerError`."""
    today = rules.in_force.loaded
    named = sent.config if sent is not None else _last_config(moments)
    name = named or today.hash
    config = rules.config(name)
    lacking = _PURGED if entry.purged_at is not None else config.value if isinstance(config, Lacking) else None
    record = sent.record if sent is not None and entry.purged_at is None else None
    if lacking is None and isinstance(config, Config):
        if _may_ask(config, entry):
            trial = _try(config, entry)
            fields = list(_fields(trial, record, entry.dropped))
            then = Why(name, named is not None, trial, None, fields)
            if config is today.config or not _may_ask(today.config, entry):
                return then
            return replace(then, changes=compare(trial, _try(today.config, entry)).changes, compared=True)
        lacking = _NOT_ASKED
    return Why(name, named is not None, None, lacking, list(_fields(None, record, entry.dropped)))


def _last_config(moments: Sequence[Moment]) -> str | None:
    tried = [moment for moment in moments if moment.what in _BY_RULES and moment.config]
    return tried[-1].config if tried else None


def _may_ask(config: Config, entry: Entry) -> bool:
    """Whether the mapper surely ends. Others' may end the process over a callback, unless one has had its record."""
    if entry.object is not None:
        return True
    try:
        return read_anew(config, entry)[1].is_own
    except RingbackError:
        # Then none is asked.
        return True


def _try(config: Config, entry: Entry) -> Trial:
    return try_rules(payload_of(entry), config, datetime.now(UTC))


def _fields(trial: Trial | None, record: KeptRecord | None, dropped: Sequence[Dropped]) -> Iterator[FieldOfCallback]:
    """Without a trial: what is known without the configuration."""
    explanation = trial.explanation if trial else None
    stories = {story.name: story for story in (explanation.fields if explanation else ())}
    reasons = {one.field: one for one in dropped}
    if record is not None and not record.is_comment:
        for name in dict.fromkeys([*stories, *record.fields, *record.left_out]):
            yield _field(name, stories.get(name), record, reasons)
    elif trial is not None:
        yield from map(_by_rule, stories.values())
    else:
        yield from (FieldOfCallback(name, Became.LEFT_OUT, None, None, _reason(name, reasons)) for name in reasons)


def _field(name: str, story: FieldStory | None, record: KeptRecord, reasons: Mapping[str, Dropped]) -> FieldOfCallback:
    origin, gives = (story.origin, written(story.value)) if story else (None, None)
    note = story.note if story else ""
    if name in record.fields:
        value = record.fields[name]
        became = Became.CUT if name in record.cut else Became.SENT
        said = f"cut from {record.cut[name]} characters" if became is Became.CUT else note
        return FieldOfCallback(name, became, value, origin, said, gives if gives != value else None)
    if name in record.left_out:
        return FieldOfCallback(name, Became.LEFT_OUT, record.left_out[name], origin, _reason(name, reasons))
    if story is None or story.value is not None:
        return FieldOfCallback(name, Became.EMPTY, None, origin, "not sent", gives)
    return _by_rule(story)


def _by_rule(story: FieldStory) -> FieldOfCallback:
    became = {Fate.EMPTY: Became.EMPTY, Fate.FAILED: Became.FAILED}.get(story.fate, Became.RULE_GIVES)
    return FieldOfCallback(story.name, became, written(story.value), story.origin, story.note)


def _reason(name: str, reasons: Mapping[str, Dropped]) -> str:
    one = reasons.get(name)
    return f"{one.reason}. {one.message or ''}".strip() if one else ""
