"""Payloads are encrypted at rest where a key is given, and no start goes on without a key that has been used."""

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, text

from app.domain.entry import State
from app.domain.errors import ConfigError
from app.ledger.codec import Codec
from app.ledger.database import Database, LedgerError
from app.ledger.keys import forget_replaced, index_key
from app.ledger.ledger import Ledger
from app.ledger.queue import Queue
from app.ledger.resealing import SEALED, count_others, reseal
from app.ledger.seal import Seal
from app.ledger.tables import entry, meta
from tests.ledger.conftest import new
from tests.support.writing import writing

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
BODY, NUMBER = b'{"AcdEventsID": 1, "Caller": "4930901820"}', "+4930901820"


def opened(database: Database, *keys: str) -> Ledger:
    """The ledger as a process opens it that has these keys."""
    seal = Seal(keys) if keys else None
    return Ledger(database, Codec(index_key(database, seal), seal))


def store(ledger: Ledger, event_id: str) -> int:
    """A callback that has come."""
    received = ledger.receive(new(event_id, body=BODY, query=b"a=b"), NUMBER, "mine", 60)
    assert received is not None
    return received[0].id


def raw(database: Database) -> list[tuple[bytes, str | None]]:
    """The bodies as they are stored, and what they are encrypted with."""
    with database.read() as connection:
        return [(row.body, row.sealed_with) for row in connection.execute(select(entry).order_by(entry.c.id))]


def test_payload_is_stored_encrypted(database: Database) -> None:
    """What is stored says nothing; who reads the ledger with the key does not notice, however they find the entry."""
    ledger = opened(database, NEW)
    entry_id = store(ledger, "1")
    changed = ledger.change(entry_id, lambda *_: {"state": State.WAITING, "body": BODY + b" ", "query": b""})

    ((body, key),) = raw(database)
    assert b"4930901820" not in body
    assert Seal([NEW]).key_id == key
    assert BODY + b" " == ledger.select()[0].body == (changed and changed.body)
    assert b"" == ledger.select()[0].query


def test_plain_rows_stay_readable(database: Database) -> None:
    """What was stored before there was a key is read as ever, and found by its number."""
    before = opened(database)
    store(before, "1")
    ledger = opened(database, NEW)
    store(ledger, "2")

    assert [BODY, BODY] == [one.body for one in ledger.select()]
    assert before.codec.number(NUMBER) == ledger.codec.number(NUMBER)


def test_key_of_the_index_is_not_beside_the_data(database: Database) -> None:
    """From then on the key of the number index is stored encrypted only, and a rotation encrypts it anew."""
    plain = index_key(database).hex()
    opened(database, OLD)
    opened(database, NEW, OLD)

    with database.read() as connection:
        stored = {row.name: row.value for row in connection.execute(select(meta))}
    assert plain not in str(stored)
    assert stored["index_key"].startswith(Seal([NEW]).key_id)
    assert plain == index_key(database, Seal([NEW, OLD])).hex()


@pytest.mark.parametrize(("given", "said"), [((), "is not set"), ((NEW,), "Give that key too")])
def test_missing_key_stops(database: Database, given: tuple[str, ...], said: str) -> None:
    """Without the key that was used, or with another, nothing starts, and the sentence names the key by its id."""
    opened(database, OLD)

    with pytest.raises(ConfigError, match=said) as raised:
        opened(database, *given)

    assert Seal([OLD]).key_id in str(raised.value)
    assert OLD not in str(raised.value)


def test_rotation(database: Database) -> None:
    """With both keys all is read, what comes is encrypted with the first; encrypted anew, it needs only that."""
    store(opened(database), "1")
    store(opened(database, OLD), "2")
    ledger = opened(database, NEW, OLD)
    store(ledger, "3")

    assert [BODY] * 3 == [one.body for one in ledger.select()]
    assert 2 == count_others(database, ledger.codec)
    assert (2, 2) == (reseal(database, ledger.codec, SEALED[0], 0)[1], ledger.select()[1].id)
    assert 0 == count_others(database, ledger.codec)
    with pytest.raises(ConfigError):
        opened(database, NEW)
    forget_replaced(database, Seal([NEW, OLD]))
    assert [BODY] * 3 == [one.body for one in opened(database, NEW).select()]


def test_marks_of_comments_stay(database: Database) -> None:
    """What has been marked is known whatever became of the keys of payloads, and no other ledger marks alike."""
    marks = [opened(database, *keys).codec.mark("default-1") for keys in ((), (OLD,), (NEW, OLD))]
    reseal(database, opened(database, NEW, OLD).codec, SEALED[0], 0)
    forget_replaced(database, Seal([NEW, OLD]))
    after = opened(database, NEW).codec

    assert {after.mark("default-1")} == set(marks)
    assert 4 == len({after.mark("default-1"), after.mark("default-2"), after.digest("default-1"), Codec(b"").mark("")})


def test_without_the_key_nothing_is_taken(database: Database) -> None:
    """A process that has not the key of a payload cannot read it, and leaves it to others."""
    entry_id = store(opened(database, OLD), "1")
    opened(database, OLD).change(entry_id, lambda *_: {"state": State.WAITING, "due_at": 0.0, "lease_until": None})

    for codec in (Codec(b"key"), Codec(b"key", Seal([NEW]))):
        with pytest.raises(LedgerError, match="RINGBACK_ENCRYPTION_KEY has not"):
            Queue(Ledger(database, codec)).claim("theirs", 60, 10)
    assert [entry_id] == [one.id for one in Queue(opened(database, OLD)).claim("mine", 60, 10)]


def test_damaged_payload_keeps_nobody_waiting(database: Database) -> None:
    """A payload that is damaged is empty; the others are read."""
    ledger = opened(database, OLD)
    store(ledger, "1")
    store(ledger, "2")
    with writing(database) as connection:
        connection.execute(text("UPDATE entry SET body = :damaged WHERE event_id = '1'"), {"damaged": b"gAAAAA"})

    assert [b"", BODY] == [one.body for one in ledger.select()]


def test_body_that_looks_encrypted(database: Database) -> None:
    """What a sender makes look like a token is kept as any other text."""
    token = Fernet(NEW).encrypt(b"x")
    opened(database).receive(new("1", body=token), None, "mine", 60)

    assert token == opened(database, NEW).select()[0].body
