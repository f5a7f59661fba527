"""What a column of text holds is the same when it is read."""

import pytest

from app.domain.record import Dropped
from app.ledger.rows import LONGEST_MESSAGE, pack_dropped, pack_ids, pack_message, unpack_dropped, unpack_ids

NO_QUEUE = "The org has no such queue."


@pytest.mark.parametrize(
    "dropped",
    [
        (),
        (Dropped("OwnerId", "queue_not_found"),),
        (Dropped("OwnerId", "queue_not_found", NO_QUEUE), Dropped("Origin", "value_invalid")),
        tuple(Dropped(f"Field{number}", "validation_rule", NO_QUEUE) for number in range(30)),
    ],
)
def test_dropped(dropped: tuple[Dropped, ...]) -> None:
    """Each field keeps its reason and its message; a message that many share stands once."""
    packed = pack_dropped(dropped)
    read = unpack_dropped(packed["dropped"], packed["dropped_messages"])

    assert [vars(one) for one in dropped] == [vars(one) for one in read]
    assert (packed["dropped_messages"] or "").count(NO_QUEUE) <= 1


@pytest.mark.parametrize("ids", [(), ("4711",), ("4711", "4712", "a_1")])
def test_ids(ids: tuple[str, ...]) -> None:
    """Event ids are as they were."""
    assert ids == unpack_ids(pack_ids(ids))


def test_message_that_no_database_takes() -> None:
    """A message of any length and any characters can be stored."""
    packed = pack_message("\x00\ud800" + "x" * 10_000) or ""

    assert packed.encode().startswith("\ufffd\ufffdx".encode())
    assert LONGEST_MESSAGE == len(packed)
    assert pack_message(None) is None
