"""Edits what jtel sent, where nothing of it is in the CRM; what it sent stays beside, and all that names it stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from app.delivery.attempt import Attempts
from app.delivery.entry.changes import EDITED, bar_to_edit, edit
from app.domain.callback import Callback
from app.domain.entry import Entry
from app.domain.errors import PayloadError
from app.mapping.rules import Config
from app.payload import BODY_LIMIT, decode_text, read, sent_fields
from app.translation import gettext_noop


class EditBar(Enum):
    """Why a callback is not edited; the first four are those of `bar_to_edit`. The value is what a person reads."""

    DELIVERED = gettext_noop("It is delivered: change its Case in Salesforce.")
    WRITTEN = gettext_noop(
        "An attempt may have written it, and nobody knows: replay it as it is. Salesforce shows what is there."
    )
    LEASED = gettext_noop("It is being attempted just now. Try again in two minutes.")
    PURGED = gettext_noop("What jtel sent has been removed; only jtel can send it again.")
    NO_SOURCE = gettext_noop("Its source is not configured.")
    CHANGED = gettext_noop("Somebody else has changed it meanwhile. Look at it again.")
    SAME = gettext_noop("Nothing is changed.")
    TOO_LONG = gettext_noop("It is longer than jtel may send.")
    OTHER_EVENT = gettext_noop("The event id has to stay as it is: jtel and Salesforce know the callback by it.")


@dataclass(eq=False)
class EditBarredError(Exception):
    """Nothing was changed."""

    bar: EditBar


@dataclass(frozen=True)
class FieldEdit:
    """A field of jtel's whose value is another than before; none where there is no value. Personal data."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Edit:
    """`attempts` are of the runner "edit"."""

    config: Config
    attempts: Attempts

    def bar(self, entry: Entry) -> EditBar | None:
        """Why the callback is not to be edited, if so. Raises `LedgerError`."""
        if entry.source not in self.config.sources:
            return EditBar.NO_SOURCE
        bar = bar_to_edit(entry, self.attempts.ledger.now())
        return EditBar[bar.name] if bar else None

    def preview(self, entry: Entry, text: str) -> Sequence[FieldEdit]:
        """What would be another. Raises `EditBarredError`, `PayloadError` if it is no callback, and `LedgerError`."""
        self._read(entry, text)
        before, after = _fields(entry.payload), _fields(_edited(entry, text))
        edits = (FieldEdit(name, before.get(name), after.get(name)) for name in {**before, **after})
        return [one for one in edits if one.before != one.after]

    def run(self, entry: Entry, text: str) -> None:
        """Keeps it. All as in `preview`."""
        edited = self._read(entry, text)
        fields = ", ".join(one.name for one in self.preview(entry, text))
        line = self.attempts.decided(EDITED, message=f"Changed: {fields}." if fields else None)
        ledger, number, original = self.attempts.ledger, edited.callback_number, self._original_number(entry)
        numbers = {
            "number_index": ledger.codec.number(number),
            "original_number_index": ledger.codec.number(original if original != number else None),
        }
        ledger.change(entry.id, edit(entry, text.encode(), numbers), moved=line)
        kept = ledger.get(entry.id)
        if kept is None or kept.edited != text.encode():
            raise EditBarredError((kept and self.bar(kept)) or EditBar.CHANGED)

    def _read(self, entry: Entry, text: str) -> Callback:
        if bar := self.bar(entry):
            raise EditBarredError(bar)
        if len(text.encode()) > BODY_LIMIT:
            raise EditBarredError(EditBar.TOO_LONG)
        if text == edited_text(entry).replace("\r\n", "\n"):
            raise EditBarredError(EditBar.SAME)
        callback = self._callback(entry, _edited(entry, text))
        known = (entry.event_id,) if entry.event_id is not None else entry.invalid_event_ids
        if known and callback.event_id not in known:
            raise EditBarredError(EditBar.OTHER_EVENT)
        return callback

    def _original_number(self, entry: Entry) -> str | None:
        try:
            return self._callback(entry, (entry.body, entry.query)).callback_number
        except PayloadError:
            return None

    def _callback(self, entry: Entry, payload: tuple[bytes, bytes]) -> Callback:
        return read(*payload, self.config.sources[entry.source], entry.came_at)


def edited_text(entry: Entry) -> str:
    """What there is to edit: what was edited before, else what jtel sent."""
    body, query = entry.payload
    return decode_text(body or query)


def _edited(entry: Entry, text: str) -> tuple[bytes, bytes]:
    return text.encode(), entry.query if entry.body else b""


def _fields(payload: tuple[bytes, bytes]) -> Mapping[str, str]:
    try:
        return sent_fields(*payload)
    except PayloadError:
        return {}
