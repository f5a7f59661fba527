"""What is wrong now, in the reader's words: alerts say the same in English, and with commands instead of links."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.alerting.conditions import DROPPED, FAILED, NO_ENGINE, RECONCILE, SERVED_COMMENTS, WISHES, AlertCondition
from app.console.language import one
from app.console.reason_words import reason_words
from app.console.snapshot import Snapshot
from app.domain.reasons import Reason
from app.ledger.pauses import ORG
from app.translation import gettext_noop

_FAILED = "/console/callbacks?state=failed&span=all"
_WAITING = "/console/callbacks?state=waiting&span=all"
_HIDDEN = Reason.CASE_NOT_VISIBLE.word
_REJECTED, _LONG, _PAUSED = "config_rejected", "waiting", "paused"


@dataclass(frozen=True)
class Wrong:
    """A title, and what else there is to say; `place` is where to look. `told_at` is when somebody was told of it."""

    title: str
    more: str
    place: str | None
    told_at: float | None


@dataclass(frozen=True)
class _Said:
    title: str
    more: str = ""
    place: str | None = None


_SAID = {
    _REJECTED: _Said(
        gettext_noop("A changed configuration is wrong and was not taken over; the old one stays"),
        gettext_noop("The integrator mends it."),
        "/console/check",
    ),
    FAILED: _Said(
        gettext_noop("Callbacks have failed: nobody calls these callers back unless a person acts"),
        gettext_noop("Once the cause is mended, replay them."),
        _FAILED,
    ),
    DROPPED: _Said(
        gettext_noop("Cases are made without some of their fields"),
        gettext_noop("Nobody is lost, but somebody has to mend the rule or the org."),
        "/console/callbacks?dropped=1",
    ),
    WISHES: _Said(
        gettext_noop("Salesforce has asked jtel for callbacks, and nobody knows whether jtel has them"),
        gettext_noop("They are not sent again by themselves. The operator looks for each in jtel."),
        "/console/wishes?undecided=1",
    ),
    SERVED_COMMENTS: _Said(
        gettext_noop("Cases do not say that their callers were served: these may be called back all the same"),
        gettext_noop("The log tells which: served_comment."),
        "/console/wishes",
    ),
    _HIDDEN: _Said(
        gettext_noop("Callbacks have a Case that our user may not see: nobody can tell whether it is theirs"),
        gettext_noop("They wait until the Salesforce admin lets our user see it."),
        f"{_WAITING}&reason={_HIDDEN}",
    ),
    _LONG: _Said(
        gettext_noop("Callbacks have been waiting for a long time"),
        gettext_noop("They go on by themselves once the cause is mended."),
        f"{_WAITING}&sort=oldest",
    ),
    NO_ENGINE: _Said(
        gettext_noop("No engine runs, so nothing that waits is delivered"),
        gettext_noop('The operator starts Ringback, or "ringback worker" with RINGBACK_ENGINE=procrastinate.'),
    ),
}
_ALL_PAUSED = gettext_noop("Delivery of all callbacks is paused: {reason}")
_RULE_PAUSED = gettext_noop("Delivery of callbacks of rule {rule} is paused: {reason}")
_GOES_ON = gettext_noop("Callbacks are taken and wait; when one that is tried goes through, all go on by themselves.")
_NOT_RECONCILED = gettext_noop("Source {source} cannot be reconciled with jtel: {reason}")
_MISSED = gettext_noop("Callbacks that jtel sends come as always; those that never come are not found meanwhile.")


def wrong_now(seen: Snapshot) -> list[Wrong]:
    """For the overview, in the order of the alerts."""
    return [_wrong(condition, seen) for condition in seen.wrong]


def _wrong(condition: AlertCondition, seen: Snapshot) -> Wrong:
    kind, _, of = condition.key.partition(":")
    told_at = seen.told.get(condition.key)
    if kind in _SAID:
        said = _SAID[kind]
        return Wrong(one(said.title), one(said.more), said.place, told_at)
    if kind in _BY_SCOPE:
        title, more, place = _BY_SCOPE[kind](of, seen)
        return Wrong(title, more, place, told_at)
    # Nothing goes unsaid that has no words here.
    title, _, more = condition.text.partition("\n")
    return Wrong(title[:1].upper() + title[1:], more, None, told_at)


def _paused(scope: str, seen: Snapshot) -> tuple[str, str, str]:
    pause = seen.now.pauses[scope]
    title = one(_ALL_PAUSED if scope == ORG else _RULE_PAUSED)
    said = title.format(rule=scope.partition(":")[2], reason=reason_words(pause.reason))
    return said, "\n".join(filter(None, (pause.message, one(_GOES_ON)))), f"{_WAITING}&sort=oldest"


def _not_reconciled(source: str, seen: Snapshot) -> tuple[str, str, str]:
    (run,) = (run for run in seen.now.reconciles if run.source == source)
    said = one(_NOT_RECONCILED).format(source=source, reason=reason_words(run.reason))
    return said, "\n".join(filter(None, (run.message, one(_MISSED)))), "/console/callbacks?reconciled=1"


_BY_SCOPE: Mapping[str, Callable[[str, Snapshot], tuple[str, str, str]]] = {
    _PAUSED: _paused,
    RECONCILE: _not_reconciled,
}
