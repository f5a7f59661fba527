"""What people want to be told of."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from app.domain.entry import State
from app.domain.reasons import Reason, who_acts
from app.ledger.counts import reasons_of_failed
from app.ledger.database import Database
from app.ledger.pauses import ORG, Pause
from app.ledger.probe import Backlog
from app.ledger.reconcile_runs import ReconcileRun
from app.ledger.served_calls import failed_lately
from app.ledger.tables import entry
from app.ledger.wishes import count_needing_person
from app.operations.dropped import CALM_SECONDS, LackingFields, lacking
from app.operations.now import Now
from app.rules_in_force.in_force import InForce

NO_ENGINE = "engine_not_running"
FAILED = "failed"
DROPPED = "dropped"
WISHES = "wishes"
SERVED_COMMENTS = "served_comments"
RECONCILE = "reconcile"
# More would fill the message; the log and `ringback list` have all.
_MOST_PROBLEMS = 5
_LONGEST = 400
# Of what has failed the latest say what there is to say.
_MOST_READ = 500


@dataclass(frozen=True)
class AlertCondition:
    """Something is wrong just now. `key` tells incidents apart; `text` is a title and, from the second line on, what to
    do; `size` counts callbacks, or whatever there may be more of.
    """

    key: str
    text: str
    size: int = 0


@dataclass(frozen=True)
class Watch:
    """`waiting` is the age in seconds from which a waiting callback is an incident. `pace` stretches other times."""

    database: Database
    in_force: InForce
    waiting: float
    pace: float = 1.0

    def own(self) -> Iterator[AlertCondition]:
        """What is wrong with this process."""
        rejected = self.in_force.rejected
        if rejected is not None:
            problems = "\n".join(rejected.problems[:_MOST_PROBLEMS])
            yield AlertCondition(
                "config_rejected",
                "a changed configuration is wrong and was not taken over; the old one stays\n"
                f"The integrator mends it, see docs/checks.md:\n{problems}",
            )

    def lacking(self) -> Sequence[LackingFields]:
        """What the latest Cases were made without. Raises `LedgerError`."""
        rules = [rule.name for rule in self.in_force.loaded.config.rules]
        return lacking(self.database, rules, CALM_SECONDS * self.pace)

    def common(self, now: Now | None = None, lacks: Sequence[LackingFields] | None = None) -> Iterator[AlertCondition]:
        """What is wrong with the ledger's callbacks and engines, as it is `now`; `lacks` as `lacking` says.

        Raises `LedgerError`.
        """
        now = now or Now.of(self.database)
        yield from self._failed(now.open[State.FAILED].callbacks)
        yield from _dropped(self.lacking() if lacks is None else lacks)
        yield from self._not_visible()
        yield from self._wishes()
        yield from self._served_comments()
        yield from self._waiting(now.open[State.WAITING])
        yield from map(_paused, now.pauses.values())
        runs = now.reconciles_of(self.in_force.loaded.config)
        yield from (_not_reconciled(run, run.reason) for run in runs if run.reason is not None)
        if not now.engine_alive:
            yield AlertCondition(
                NO_ENGINE,
                "no engine runs, so nothing that waits is delivered\nThe operator starts Ringback, or "
                "`ringback worker` with RINGBACK_ENGINE=procrastinate. See docs/troubleshooting-ringback.md",
            )

    def _failed(self, failed: int) -> Iterator[AlertCondition]:
        by_reason = reasons_of_failed(self.database)
        by_reason["unknown"] = failed - by_reason.total()
        by_reason = +by_reason
        by_message = Counter(said for _, said in self._said(State.FAILED, entry.c.received_at.desc(), _MOST_READ))
        if by_reason:
            yield AlertCondition(
                FAILED,
                "callbacks have failed: nobody calls these callers back unless a person acts\n"
                f"{_counted(by_reason)}. See: ringback list --state failed. Once the cause is mended: "
                "ringback replay --state failed" + _listed(_short(text) for text, _ in by_message.most_common()),
                by_reason.total(),
            )

    def _waiting(self, waiting: Backlog) -> Iterator[AlertCondition]:
        if waiting.callbacks and waiting.oldest > self.waiting:
            said = self._said(State.WAITING, entry.c.received_at, 1)
            why = "".join(_why_it_waits(*one) for one in said)
            yield AlertCondition(
                "waiting",
                f"callbacks have been waiting for more than {self.waiting / 60:g} min\n"
                f"{waiting.callbacks} wait, the oldest for {waiting.oldest / 60:.0f} min{why}. They go on by "
                "themselves once the cause is mended. See: ringback list --state waiting",
                waiting.callbacks,
            )

    def _said(self, state: State, order: ColumnElement[float], most: int) -> list[tuple[str | None, str]]:
        """The reasons and the words of the first callbacks in this state."""
        said = select(entry.c.reason, entry.c.message).where(entry.c.state == state.value)
        with self.database.read() as connection:
            rows = connection.execute(said.order_by(order).limit(most)).all()
        return [(row.reason, row.message or "") for row in rows]

    def _not_visible(self) -> Iterator[AlertCondition]:
        reason = Reason.CASE_NOT_VISIBLE
        hidden = entry.c.state == State.WAITING.value, entry.c.reason == reason.word
        with self.database.read() as connection:
            count, said = connection.execute(select(func.count(), func.max(entry.c.message)).where(*hidden)).one()
        if count:
            yield AlertCondition(
                reason.word,
                "callbacks have a Case that our user may not see, so nobody can tell whether it is theirs\n"
                f"{count} wait. The {reason.who_acts} acts: {_short(said or 'see docs/reasons.md')} See: ringback list "
                f"--reason {reason.word}",
                count,
            )

    def _wishes(self) -> Iterator[AlertCondition]:
        count = count_needing_person(self.database)
        if count:
            yield AlertCondition(
                WISHES,
                "Salesforce has asked jtel for callbacks, and nobody knows whether jtel has them\n"
                f"{count} wait for a person: they are not sent again by themselves. The operator looks for each in "
                "jtel and says what is there. See: ringback wishes list",
                count,
            )

    def _served_comments(self) -> Iterator[AlertCondition]:
        failed = failed_lately(self.database, CALM_SECONDS * self.pace)
        if failed:
            yield AlertCondition(
                SERVED_COMMENTS,
                "Cases do not say that their callers have been served, so these may be called back all the same\n"
                f"{_counted(failed)}. Whoever acts mends the cause, see docs/reasons.md; it is over when none has "
                "failed for an hour. Which Cases: `served_comment` in the log",
                sum(failed.values()),
            )


def _dropped(lacks: Sequence[LackingFields]) -> Iterator[AlertCondition]:
    if lacks:
        yield AlertCondition(
            DROPPED,
            "Cases are made without some of their fields\n"
            "Nobody is lost, but somebody has to mend the rule or the org. It is over when no Case has lacked them "
            "for an hour; of a field that is unknown or not writable, when a Case of the rule has it again. "
            "See: ringback list --dropped" + _listed(map(_lack, lacks)),
            sum(len(one.drop.fields) for one in lacks),
        )


def _why_it_waits(reason: str | None, message: str) -> str:
    said = f" ({_short(message)})" if message else ""
    return f" because of {reason}{said}" if reason else ""


def _paused(pause: Pause) -> AlertCondition:
    what = "all callbacks" if pause.scope == ORG else f"callbacks of {pause.scope.replace(':', ' ')}"
    who = who_acts(pause.reason)
    acts = f"The {who} acts" if who else "Nobody has to act as long as it passes"
    said = f"{_short(pause.message)} " if pause.message else ""
    return AlertCondition(
        f"paused:{pause.scope}",
        f"delivery of {what} is paused: {pause.reason}\n"
        f"{said}{acts}, see docs/reasons.md. Callbacks are taken and wait; when one "
        "that is tried goes through, all go on by themselves.",
    )


def _not_reconciled(run: ReconcileRun, reason: str) -> AlertCondition:
    who = who_acts(reason) or "operator"
    return AlertCondition(
        f"{RECONCILE}:{run.source}",
        f"source {run.source} cannot be reconciled with jtel: {reason}\n"
        f"{_short(run.message or '')} The {who} acts, see docs/reconcile.md. Callbacks that jtel sends come as always; "
        "those that never come are not found meanwhile.",
    )


def _lack(one: LackingFields) -> str:
    fields, reason, who = ", ".join(one.drop.fields), one.drop.reason, one.drop.who
    of = f"rule {one.rule}, {one.cases} of its last {one.looked_at}" if one.looked_at > 1 else f"rule {one.rule}"
    said = f" {one.drop.message}" if one.drop.message else ""
    return _short(f"{fields} ({of}): {reason}.{f' The {who} acts.' if who else ''}{said}")


def _counted(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} ({count})" for reason, count in sorted(reasons.items()))


def _listed(sentences: Iterable[str]) -> str:
    """A line for each of the first ones that say anything."""
    lines = [one for one in sentences if one]
    more = len(lines) - _MOST_PROBLEMS
    return "".join(f"\n- {one}" for one in lines[:_MOST_PROBLEMS]) + (f"\n- and {more} more" if more > 0 else "")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
