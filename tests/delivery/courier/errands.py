"""What the tests of the courier send by it."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from app.crm.port import BatchCrm
from app.delivery.courier.courier import Courier
from app.delivery.courier.known_drops import KnownDrops
from app.delivery.courier.member import Lane, Member
from app.delivery.courier.sending import Sending
from app.domain.errors import CrmError
from app.domain.record import Record, Value, Written
from app.waiting import Deadline
from tests.support.patience import PATIENCE

PLAIN: Mapping[str, Value] = {"Subject": "Callback", "Description": "Said."}


@contextmanager
def open_courier(crm: BatchCrm, known: KnownDrops | None = None, **options: Any) -> Iterator[Courier]:
    """A courier that is closed at the end."""
    courier = Courier(crm, known or KnownDrops(), options.pop("places", 4), **options)
    try:
        yield courier
    finally:
        courier.close()


def create(
    crm: BatchCrm,
    record: Record,
    external_id: str = "default-1",
    *,
    known: KnownDrops | None = None,
    rule: str = "b2b",
    config: str = "config",
) -> Written:
    """What becomes of a record that goes alone. Raises `CrmError`."""
    with open_courier(crm, known) as courier:
        sent = member(record, external_id, lane=Lane.REQUEST, rule=rule, config=config)
        courier.send([sent])
        return sent.result(PATIENCE)


def member(
    record: Record,
    external_id: str = "default-1",
    *,
    lane: Lane = Lane.BACKLOG,
    rule: str = "b2b",
    config: str = "config",
    seconds: float = PATIENCE,
    alone: bool = False,
) -> Member:
    """A record that waits for its call."""
    sending = Sending.of(record)
    return Member(sending, external_id, Deadline(seconds), rule=rule, config=config, lane=lane, alone=alone)


def begun(known: KnownDrops, record: Record, **options: str) -> Record:
    """The record without what is known to be refused."""
    sent = member(record, **options)  # type: ignore[arg-type]
    sent.refresh(known)
    return sent.sending.record


def members(numbers: Iterable[int], fields: Mapping[str, Value] = PLAIN, **options: Any) -> list[Member]:
    """Cases with these fields, each with the number's external id."""
    return [member(Record("Case", fields), f"default-{number}", **options) for number in numbers]


def results(sent: Iterable[Future[Written]]) -> list[Written | str]:
    """What becomes of them: what was written, or the word of the reason."""
    return [result(one) for one in sent]


def result(sent: Future[Written]) -> Written | str:
    error = sent.exception(PATIENCE)
    if isinstance(error, CrmError):
        return error.reason.word
    return sent.result() if error is None else type(error).__name__
