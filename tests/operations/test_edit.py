"""What a person writes in the place of what jtel sent is delivered; what jtel sent, and whose it is, stay."""

import json
from dataclasses import replace
from typing import Any

import pytest

from app.delivery.attempt import Attempts
from app.delivery.courier.courier import Courier
from app.delivery.courier.known_drops import KnownDrops
from app.delivery.pausing import Troubles
from app.domain.asked import AskedFor
from app.domain.entry import Entry, State
from app.domain.errors import PayloadError
from app.ledger.codec import Codec
from app.ledger.ledger import Ledger
from app.ledger.pauses import Pauses
from app.ledger.removal import remove_payloads
from app.ledger.resealing import count_others
from app.ledger.seal import Seal
from app.ledger.tables import entry as rows
from app.operations.edit import Edit, EditBar, EditBarredError, edited_text
from app.operations.find import Choice
from app.operations.paging import ids_of
from app.operations.rekey import encrypt_anew
from app.operations.timeline import timeline
from tests.operations.test_forget import mentioned
from tests.operations.test_races import Nowhere
from tests.support.desk import NUMBER, Desk

OTHER = "4930901821"
KEYS = ("Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=", "YmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXU=")


def editing(desk: Desk, ledger: Ledger | None = None) -> Edit:
    ledger = ledger or desk.ledger
    crm: Any = Nowhere(lambda: None)
    courier = Courier(crm, KnownDrops(), 1)
    troubles = Troubles(Pauses(ledger.database))
    asked = AskedFor("olga", "The caller named another number")
    return Edit(desk.config, Attempts(crm, courier, ledger, troubles, "config", "edit", asked=asked))


def text(entry: Entry, **fields: Any) -> str:
    """What jtel sent, with other values."""
    return json.dumps({**json.loads(entry.body), **fields})


def bar_of(desk: Desk, entry: Entry, written: str) -> EditBar:
    with pytest.raises(EditBarredError) as bar:
        editing(desk).run(entry, written)
    return bar.value.bar


@pytest.mark.parametrize("state", [State.FAILED, State.REFUSED, State.WAITING, State.DISCARDED])
def test_identity_stays(desk: Desk, state: State) -> None:
    """The edit stands beside what jtel sent; state, event, external id and fingerprint are as before."""
    entry = desk.add(state, {"Caller": OTHER})

    editing(desk).run(entry, text(entry, Caller=NUMBER))

    edited = desk.now(entry)
    assert (text(entry, Caller=NUMBER).encode(), b"") == edited.payload
    assert entry == replace(edited, edited=b"", edited_at=None)
    (line,) = [one for one in timeline(edited, desk.ledger.attempts(edited.id)) if one.what == "edited"]
    assert ("olga", "The caller named another number", "Changed: Caller.") == (line.asked_by, line.note, line.message)


def test_found_by_both_numbers(desk: Desk) -> None:
    """Who looks for the caller, or has to forget him, finds it by the number that jtel sent, and by the other."""
    entry = desk.add(State.FAILED, {"Caller": OTHER})
    editing(desk).run(entry, text(entry, Caller=NUMBER))

    for number in (NUMBER, OTHER):
        hashed = desk.ledger.codec.number(f"+{number}") or ""
        assert [entry.id] == ids_of(desk.ledger, Choice(numbers=[hashed]))
    assert [entry.id] == [one.id for one in mentioned(desk)]


@pytest.mark.parametrize("state", [State.DELIVERED, State.FAILED])
def test_never_what_is_or_may_be_written(desk: Desk, state: State) -> None:
    """What is delivered, or may be, is not edited: Salesforce has what jtel sent."""
    entry = desk.add(state, {"Caller": OTHER}, unknown=state is State.FAILED)

    bar = bar_of(desk, entry, text(entry, Caller=NUMBER))

    assert (EditBar.DELIVERED if state is State.DELIVERED else EditBar.WRITTEN) is bar
    assert b"" == desk.now(entry).edited


def test_never_what_is_attempted(desk: Desk) -> None:
    """An attempt under way, or one whose process has died, may have written it."""
    leased, died = desk.lease(desk.add(), 60), desk.lease(desk.add(), -60)

    assert EditBar.LEASED is bar_of(desk, leased, text(leased, Caller=OTHER))
    assert EditBar.WRITTEN is bar_of(desk, died, text(died, Caller=OTHER))


def test_claimed_since_he_looked(desk: Desk) -> None:
    """What an engine has taken since is left alone."""
    entry = desk.add(State.FAILED)
    desk.lease(entry, 60)

    assert EditBar.LEASED is bar_of(desk, entry, text(entry, Caller=OTHER))


def test_edited_by_another_since_he_looked(desk: Desk) -> None:
    """Of two operators the first one's edit stays, and the second one hears of it."""
    entry = desk.add(State.FAILED)
    editing(desk).run(entry, text(entry, Subject="First"))

    assert EditBar.CHANGED is bar_of(desk, entry, text(entry, Subject="Second"))
    assert b"First" in desk.now(entry).edited


def test_other_event(desk: Desk) -> None:
    """The event id stays as it is, since jtel and Salesforce know the callback by it."""
    entry = desk.add(State.FAILED)

    assert EditBar.OTHER_EVENT is bar_of(desk, entry, text(entry, AcdEventsID=1))


@pytest.mark.parametrize("written", ["", "{", "[]", '{"AcdEventsID": 1}', "<xml/>"])
def test_no_callback(desk: Desk, written: str) -> None:
    """What would not be understood is not kept."""
    entry = desk.add(State.FAILED)

    with pytest.raises((PayloadError, EditBarredError)):
        editing(desk).run(entry, written)
    assert b"" == desk.now(entry).edited


def test_nothing_is_changed(desk: Desk) -> None:
    """What is the same is no edit."""
    entry = desk.add(State.FAILED)

    assert EditBar.SAME is bar_of(desk, entry, edited_text(entry))


def test_purge_takes_both(desk: Desk) -> None:
    """With the payload goes the edit, its number and why it was done."""
    entry = desk.add(State.FAILED, {"Caller": OTHER})
    editing(desk).run(entry, text(entry, Caller=NUMBER))

    assert 1 == remove_payloads(desk.ledger.database, [rows.c.id == entry.id])

    purged = desk.now(entry)
    assert (b"", b"", b"") == (purged.body, purged.query, purged.edited)
    assert purged.edited_at is not None
    assert all(one.note is None and one.message is None for one in timeline(purged, desk.ledger.attempts(purged.id)))
    hashed = desk.ledger.codec.number(f"+{OTHER}") or ""
    assert [] == ids_of(desk.ledger, Choice(numbers=[hashed]))


def test_rekey_encrypts_both(desk: Desk) -> None:
    """An edit has a key of its own: both are encrypted anew, whichever they had."""
    index_key = desk.ledger.codec.index_key
    entry = desk.add(State.FAILED)
    old = Ledger(desk.ledger.database, Codec(index_key, Seal(KEYS[:1])))
    editing(desk, old).run(entry, text(entry, Subject="Sealed"))
    new = Ledger(desk.ledger.database, Codec(index_key, Seal((KEYS[1], KEYS[0]))))
    assert 2 == count_others(new.database, new.codec)

    encrypt_anew(new, lambda _: None)

    only = Ledger(desk.ledger.database, Codec(index_key, Seal(KEYS[1:])))
    kept = only.get(entry.id)
    assert kept is not None
    assert (entry.body, text(entry, Subject="Sealed").encode()) == (kept.body, kept.edited)


def test_command_replays_the_edit(desk: Desk) -> None:
    """Whoever replays delivers what was edited; `show` says that it was, by whom and why."""
    entry = desk.add(State.FAILED, {"Caller": OTHER})
    editing(desk).run(entry, text(entry, Caller=NUMBER))

    assert 0 == desk.run("replay", entry.id, "--yes").returncode

    assert State.DELIVERED is desk.state(entry)
    shown = desk.run("show", "--payload", entry.id).stdout
    assert "edited, by olga" in shown
    assert "Why: The caller named another number" in shown
    assert NUMBER in shown.partition("Edited:")[2]
    assert entry.fingerprint == desk.now(entry).fingerprint


def test_edit_of_what_was_not_understood(desk: Desk) -> None:
    """What lacked its number becomes a callback with the edit, and a repeat of the mended event finds it."""
    entry = desk.add_invalid(json.dumps({"AcdEventsID": 4711, "Subject": "Offer"}).encode())
    assert EditBar.OTHER_EVENT is bar_of(desk, entry, json.dumps({"AcdEventsID": 1, "Caller": NUMBER}))
    editing(desk).run(entry, json.dumps({"AcdEventsID": 4711, "Caller": NUMBER}))

    assert 0 == desk.run("replay", entry.id, "--yes").returncode

    (known,) = desk.ledger.of_event("default", "4711")
    assert (entry.id, State.DELIVERED, entry.body) == (known.id, known.state, known.body)
    assert known.fingerprint
