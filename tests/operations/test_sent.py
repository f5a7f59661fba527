"""What was sent is personal data: it goes with the payload, and is encrypted like it, on both databases."""

import time
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from app.domain.entry import Entry, State
from app.ledger.codec import Codec
from app.ledger.errors import LedgerError
from app.ledger.ledger import Attempted, Ledger
from app.ledger.removal import remove_rest_of_purged
from app.ledger.resealing import count_others
from app.ledger.seal import Seal
from app.ledger.tables import attempt
from app.operations.forget import Forget
from app.operations.purge import DAY, Keep, Purge
from app.operations.rekey import encrypt_anew
from app.operations.sent import SentByAttempt, sent_of
from tests.support.desk import Desk

PACKED = b'{"object": "Case", "fields": {"Subject": "Callback for +4930901820"}}'
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def note(ledger: Ledger, entry: Entry, packed: bytes | None = PACKED) -> None:
    line = Attempted(time.time(), 5, "web", "delivered", "abc", sent=packed)
    ledger.change(entry.id, lambda *_: None, line)


def kept(ledger: Ledger, entry: Entry) -> list[SentByAttempt]:
    return sent_of(ledger.rows, ledger.attempts(entry.id))


def columns(ledger: Ledger) -> list[Any]:
    with ledger.database.read() as connection:
        return list(connection.execute(select(attempt.c.sent, attempt.c.sealed_with).order_by(attempt.c.id)))


def sealed(ledger: Ledger, *keys: str) -> Ledger:
    """The ledger as a process with these keys has it."""
    return Ledger(ledger.database, Codec(b"key", Seal(keys)))


def test_purge_removes_it(desk: Desk) -> None:
    """With the payload goes what was sent; of a younger callback it stays."""
    old, young = desk.add(State.DELIVERED, age=31 * DAY), desk.add(State.DELIVERED)
    note(desk.ledger, old)
    note(desk.ledger, young)

    Purge(desk.ledger, Keep()).run()

    assert [(None, None), (PACKED, None)] == columns(desk.ledger)
    assert ([], 1) == (kept(desk.ledger, old), len(kept(desk.ledger, young)))


def test_forget_removes_it(desk: Desk) -> None:
    """Who is forgotten is not in what was sent either."""
    entry = desk.add(State.DELIVERED)
    note(desk.ledger, entry)

    Forget(desk.ledger, None).run(entry)

    assert [(None, None)] == columns(desk.ledger)


def test_what_an_older_ringback_has_left(desk: Desk) -> None:
    """What was sent of what an older Ringback has purged goes as well, and so do edits; all else stays."""
    note(desk.ledger, desk.add(State.DELIVERED, purged_at=5.0, body=b"", query=b""))
    note(desk.ledger, desk.add(State.DELIVERED))
    edited = desk.add(State.DISCARDED, purged_at=5.0, body=b"", query=b"", edited=b"what a person wrote")

    assert [2, 0] == [remove_rest_of_purged(desk.ledger.database) for _ in range(2)]

    assert [(None, None), (PACKED, None)] == columns(desk.ledger)
    assert not desk.now(edited).edited


def test_it_is_encrypted(desk: Desk) -> None:
    """With a key nothing of it stands in the database, and it is read as it was; an attempt without it has no key."""
    ledger = sealed(desk.ledger, OLD)
    entry = desk.add(State.DELIVERED)
    note(ledger, entry)
    note(ledger, entry, None)

    (stored, key), nothing = columns(ledger)
    assert b"4930901820" not in stored
    assert (Seal([OLD]).key_id, (None, None)) == (key, tuple(nothing))
    assert "Callback for +4930901820" == kept(ledger, entry)[0].record.fields["Subject"]


def test_rekey_encrypts_it_anew(desk: Desk) -> None:
    """What is plain or encrypted with the old key is encrypted with the new one, which alone reads it then."""
    entry = desk.add(State.DELIVERED)
    note(desk.ledger, entry)
    note(sealed(desk.ledger, OLD), entry)
    both, new = sealed(desk.ledger, NEW, OLD), sealed(desk.ledger, NEW)
    assert 3 == count_others(both.database, both.codec)

    assert 0 == encrypt_anew(both, lambda _: None)

    assert [Seal([NEW]).key_id] * 2 == [key for _, key in columns(new)]
    assert 2 == len(kept(new, entry))


def test_it_cannot_be_read_without_the_key(desk: Desk) -> None:
    """It is an error, and no nonsense."""
    entry = desk.add(State.DELIVERED)
    note(sealed(desk.ledger, OLD), entry)

    with pytest.raises(LedgerError):
        kept(desk.ledger, entry)


@pytest.mark.parametrize("packed", [b"{", b"[]", b'{"object": "Case"}', b'{"other": 1}', b"\xff"])
def test_what_is_damaged(desk: Desk, packed: bytes) -> None:
    """What cannot be read is an error of the ledger."""
    entry = desk.add(State.DELIVERED)
    note(desk.ledger, entry, packed)

    with pytest.raises(LedgerError):
        kept(desk.ledger, entry)
