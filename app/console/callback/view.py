"""All that the page of a callback shows."""

from dataclasses import dataclass

from app.console.callback.came import Came, came
from app.console.callback.picture import Picture, picture_of
from app.console.callback.rules import Explained, explained
from app.console.callback.shown import Shown
from app.console.callback.ticket import ticket_text
from app.console.language import one
from app.console.services import Console
from app.domain.entry import Entry, State
from app.domain.record import CASE
from app.operations.advice import Advice, advice
from app.operations.now import Now
from app.operations.related import Related, related
from app.operations.sent import SentByAttempt, as_it_stands, sent_of
from app.operations.timeline import Moment, timeline
from app.operations.way import states_on_the_way
from app.trial.why import why
from app.version import version


@dataclass(frozen=True)
class CallbackView:
    """`sent` is what the record in the CRM is of, as it was sent; `comment` its text, where it is one.

    `sent_lacks` says that an attempt has brought it into the CRM, but what it sent is not kept. `due_at` is when the
    next attempt is due, if one is.
    """

    entry: Entry
    shown: Shown
    tip: Advice
    moments: list[Moment]
    picture: Picture
    came: Came
    explained: Explained
    sent: SentByAttempt | None
    comment: str | None
    related: Related
    ticket: str
    record_address: str | None
    due_at: float | None

    @property
    def next_step(self) -> str:
        """What happens next, in the language of the request."""
        return self.tip.said(one)

    @property
    def sent_lacks(self) -> bool:
        """Whether what was sent is not kept, though something was."""
        return self.sent is None and self.entry.state is State.DELIVERED


def view_of(console: Console, entry: Entry, shown: Shown) -> CallbackView:
    """Raises `LedgerError`."""
    ledger = console.ledger
    now, attempts = Now.of(console.database), ledger.attempts(entry.id)
    moments = timeline(entry, attempts)
    # Whatever an older Ringback has left of what was purged.
    sent = as_it_stands(sent_of(ledger.rows, attempts)) if entry.purged_at is None else None
    tip = advice(entry, now)
    comment = sent.record.comment if sent else None
    return CallbackView(
        entry,
        shown,
        tip,
        moments,
        picture_of(states_on_the_way(entry, moments)),
        came(entry, console.in_force.loaded.config.sources.get(entry.source), shown),
        explained(why(entry, moments, sent, console.past_rules), shown),
        sent,
        shown.text(comment) if comment is not None else None,
        related(ledger, entry),
        ticket_text(entry, moments, tip, version()),
        record_address(console, entry.record_id, entry.record_object),
        entry.due_at if entry.state is State.WAITING and entry.due_at else None,
    )


def record_address(console: Console, record_id: str | None, record_object: str = CASE) -> str | None:
    """Where people find the record in the org, or in the sandbox, which shows Cases only."""
    if record_id is None or (console.sandbox and record_object != CASE):
        return None
    return f"{console.org_address}/{'case/' if console.sandbox else ''}{record_id}"
