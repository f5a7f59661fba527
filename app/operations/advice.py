"""What happens next with an entry, and who has to act."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.delivery.entry.states import lease_runs
from app.domain.entry import Entry, State
from app.domain.reasons import Reason, who_acts
from app.ledger.pauses import ORG, pause_of
from app.operations.dropped import who_mends
from app.operations.now import Now
from app.translation import gettext_noop


@dataclass(frozen=True)
class Sentence:
    """`text` in English, which may be translated, with places for `values`. `command` does what it says."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    command: str = ""


@dataclass(frozen=True)
class Advice:
    """`who` has to act, or nobody; the sentences say what happens next."""

    who: str | None
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """In English, with the commands."""
        said = ((one.text.format(**one.values), one.command) for one in self.sentences)
        return " ".join(f"{text.removesuffix('.')}: {command}" if command else text for text, command in said)

    def said(self, translate: Callable[[str], str]) -> str:
        """For who has buttons: without the commands."""
        return " ".join(translate(one.text).format(**one.values) for one in self.sentences)


def advice(entry: Entry, now: Now) -> Advice:
    """What is to be done about the entry."""
    if entry.state is State.WAITING:
        return _waiting(entry, now)
    if entry.state is State.RECEIVED:
        return _received(entry, now)
    if entry.state is State.DELIVERED:
        return _delivered(entry)
    sentences = _KEPT if entry.purged_at is None else _WITHOUT_PAYLOAD
    said = sentences[entry.state]
    if entry.reason == Reason.SKIPPED_BY_RULE.word and entry.purged_at is None:
        said = _SKIPPED
    # What passes by itself has not been tried again: somebody has to ask for it.
    who = None if entry.state is State.DISCARDED else who_acts(entry.reason) or "operator"
    values = {"id": entry.id, "reason": entry.reason}
    return Advice(who, tuple(Sentence(one.text, values, one.command.format(**values)) for one in said))


def _delivered(entry: Entry) -> Advice:
    fields = ", ".join(one.field for one in entry.dropped)
    done = Sentence(_LACKS, {"object": entry.record_object, "fields": fields}) if fields else Sentence(_DONE)
    gone = () if entry.purged_at is None else (Sentence(_GONE),)
    return Advice(who_mends(entry.dropped) if fields else None, (done, *gone))


def _received(entry: Entry, now: Now) -> Advice:
    if lease_runs(entry, now.clock):
        return Advice(None, (Sentence(_UNDER_WAY),))
    return _unless_dead(now, Advice(None, (Sentence(_TAKEN_OVER),)))


def _waiting(entry: Entry, now: Now) -> Advice:
    pause = pause_of(entry.rule or "", now.pauses)
    if pause is not None:
        what = _PAUSED_FOR_ALL if pause.scope == ORG else _PAUSED_FOR_RULE
        quoted = [Sentence("{message}", {"message": pause.message})] if pause.message else []
        said = (Sentence(what, {"rule": entry.rule, "reason": pause.reason}), *quoted, Sentence(_PROBED))
        return _unless_dead(now, Advice(who_acts(pause.reason), said))
    seconds = round((entry.due_at or 0) - now.clock)
    due = Sentence(_DUE_IN, {"seconds": seconds}) if seconds > 0 else Sentence(_DUE_NOW)
    return _unless_dead(now, Advice(who_acts(entry.reason), (due,)))


def _unless_dead(now: Now, otherwise: Advice) -> Advice:
    return otherwise if now.engine_alive else Advice("operator", (Sentence(_NO_ENGINE),))


_DONE = gettext_noop("It is done.")
_LACKS = gettext_noop(
    "The {object} was made without {fields}: set in Salesforce what this {object} needs, and mend the cause for the "
    "next ones, see docs/reasons.md. All else is done."
)
_UNDER_WAY = gettext_noop("An attempt is under way.")
_TAKEN_OVER = gettext_noop("The process that attempted it has died; an engine takes it over.")
_PAUSED_FOR_ALL = gettext_noop("Delivery of all callbacks is paused: {reason}, see docs/reasons.md.")
_PAUSED_FOR_RULE = gettext_noop("Delivery of callbacks of rule {rule} is paused: {reason}, see docs/reasons.md.")
_PROBED = gettext_noop("One callback is tried now and then; when it goes through, all go on by themselves.")
_DUE_IN = gettext_noop("The next attempt is due in {seconds} s.")
_DUE_NOW = gettext_noop("The next attempt is due now.")
_NO_ENGINE = gettext_noop(
    "No engine runs, so nothing is delivered: start Ringback, see docs/troubleshooting-ringback.md."
)
_GONE = gettext_noop("What jtel sent has been removed since, see docs/privacy.md.")
_REPLAY = "ringback replay {id}"
_TOLD = Sentence(gettext_noop("jtel was told so with a 500 ({reason}, see docs/reasons.md)."))
_NOT_CALLED_BACK = Sentence(
    gettext_noop(
        "jtel believes that it is done, but it is not ({reason}, see docs/reasons.md): nobody calls back unless a "
        "person acts."
    )
)
_SENT_AGAIN = Sentence(gettext_noop("It is delivered only if jtel sends it again."))
_BY_A_PERSON = Sentence(gettext_noop("A person gave it up."))
_KEPT = {
    State.DISCARDED: (_BY_A_PERSON, Sentence(gettext_noop("To take it up again, replay it."), command=_REPLAY)),
    State.REFUSED: (
        _TOLD,
        Sentence(gettext_noop("Ringback does nothing more by itself.")),
        Sentence(gettext_noop("Once the cause is mended, jtel may send it again, or replay it."), command=_REPLAY),
    ),
    State.FAILED: (
        _NOT_CALLED_BACK,
        Sentence(gettext_noop("Once the cause is mended, replay it."), command=_REPLAY),
    ),
    State.INVALID: (
        _TOLD,
        Sentence(gettext_noop("A newer Ringback may understand it: then replay it."), command=_REPLAY),
    ),
}
_SKIPPED = (
    Sentence(gettext_noop("Its rule makes nothing of it.")),
    Sentence(gettext_noop("If the rules say otherwise by now, replay it."), command=_REPLAY),
)
_WITHOUT_PAYLOAD = {
    State.DISCARDED: (_BY_A_PERSON, Sentence(_GONE), Sentence(gettext_noop("It cannot be taken up again."))),
    State.REFUSED: (_TOLD, Sentence(_GONE), _SENT_AGAIN),
    State.FAILED: (
        _NOT_CALLED_BACK,
        Sentence(_GONE),
        _SENT_AGAIN,
        Sentence(gettext_noop("To end it, give it up."), command="ringback discard {id}"),
    ),
    State.INVALID: (_TOLD, Sentence(_GONE)),
}
