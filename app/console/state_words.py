"""The stable words for states, and for what happens, as people say them. The stable word stands beside them."""

from collections.abc import Mapping

from app.console.language import one
from app.delivery.entry.states import Event
from app.domain.callback_wish import WishState
from app.domain.entry import State
from app.domain.reasons import Reason
from app.domain.served_call import CaseNote
from app.translation import gettext_noop

_STATES = {
    State.RECEIVED.value: gettext_noop("received"),
    State.WAITING.value: gettext_noop("waiting"),
    State.DELIVERED.value: gettext_noop("delivered"),
    State.REFUSED.value: gettext_noop("refused"),
    State.FAILED.value: gettext_noop("failed"),
    State.INVALID.value: gettext_noop("not understood"),
    State.DISCARDED.value: gettext_noop("given up"),
}
_MOMENTS = {
    "received": gettext_noop("received"),
    "attempt": gettext_noop("attempt"),
    "delivered": gettext_noop("delivered"),
    "edited": gettext_noop("edited"),
    "discarded": gettext_noop("given up"),
    "gave up": gettext_noop("waited too long"),
    "skipped": gettext_noop("skipped by its rule"),
    "payload removed": gettext_noop("payload removed"),
}
_WISHES = {
    WishState.ASKING.value: gettext_noop("jtel is being asked"),
    WishState.REQUESTED.value: gettext_noop("requested"),
    WishState.EXISTING_EVENT.value: gettext_noop("added to an event that was there"),
    WishState.REFUSED.value: gettext_noop("refused"),
    WishState.UNKNOWN.value: gettext_noop("unknown whether jtel has it"),
    WishState.DISCARDED.value: gettext_noop("given up"),
}
_NOTES = {
    CaseNote.OPEN.value: gettext_noop("is still to be told"),
    CaseNote.COMMENTED.value: gettext_noop("has a comment that says so"),
    CaseNote.CLOSED.value: gettext_noop("was closed before"),
    CaseNote.GONE.value: gettext_noop("there is none"),
    CaseNote.FAILED.value: gettext_noop("could not be told"),
    CaseNote.UNRELATED.value: gettext_noop("the callback was asked for later, or long before"),
}


def state_words(word: str, reason: str | None = None) -> str:
    """A state of a callback. What a rule skips nobody has given up."""
    if reason == Reason.SKIPPED_BY_RULE.word:
        return moment_words(Event.SKIPPED.value)
    return _words(_STATES, word)


def moment_words(word: str) -> str:
    """What happened to a callback."""
    return _words(_MOMENTS, word)


def wish_words(word: str) -> str:
    """A state of a wish."""
    return _words(_WISHES, word)


def note_words(word: str) -> str:
    """How far a served call has come on its way to a Case."""
    return _words(_NOTES, word)


def _words(known: Mapping[str, str], word: str) -> str:
    return one(known[word]) if word in known else word
