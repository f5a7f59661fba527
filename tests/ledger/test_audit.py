"""What people did with the console is kept as long as it has to be, on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from app.ledger.audit import AuditTrail, Deed, deeds_before
from app.ledger.database import Database
from app.ledger.ended_sessions import EndedSessions
from app.ledger.tables import audit
from app.operations.purge import DAY, Keep, Purge
from tests.support.desk import Desk


@pytest.fixture
def database(each_ledger: str) -> Iterator[Database]:
    database = Database(each_ledger)
    yield database
    database.close()


def test_the_newest_comes_first_page_by_page(database: Database) -> None:
    """Each once, however many there are, and all that was said of it."""
    trail = AuditTrail(database)
    for number in range(7):
        trail.keep(Deed("anna", "operator", "reveal", f"request-{number}", 17, "because", "192.0.2.1"))
    pages = [trail.latest(3)]
    while len(pages[-1]) == 3:
        pages.append(trail.latest(3, pages[-1][-1].id))

    deeds = [deed for page in pages for deed in page]
    assert [deed.request_id for deed in deeds] == [f"request-{number}" for number in reversed(range(7))]
    assert {(deed.user, deed.role, deed.entry_id, deed.note, deed.client) for deed in deeds} == {
        ("anna", "operator", 17, "because", "192.0.2.1")
    }
    assert all(deed.at for deed in deeds)


def test_what_was_done_with_a_callback(database: Database) -> None:
    trail = AuditTrail(database)
    for entry_id in (1, 2, None, 1):
        trail.keep(Deed("anna", "operator", "reveal", "request", entry_id))

    assert [deed.entry_id for deed in trail.of_entry(1, 10)] == [1, 1]


def test_it_goes_with_the_entries(desk: Desk) -> None:
    """After two years, as the callbacks that it is about; what is younger stays."""
    trail = AuditTrail(desk.ledger.database)
    trail.keep(Deed("anna", "operator", "sign_in", "old"))
    aged = update(audit).values(at=desk.ledger.now() - 731 * DAY)
    desk.ledger.database.write(lambda connection: connection.execute(aged))
    trail.keep(Deed("anna", "operator", "sign_in", "young"))
    purge = Purge(desk.ledger, Keep())

    assert (purge.plan().deeds, purge.plan().total) == (1, 1)
    assert purge.run().deeds == 1
    assert [deed.request_id for deed in trail.latest(10)] == ["young"]
    assert deeds_before(0).count_rows(desk.ledger.database) == 0


def test_a_session_that_was_signed_out_is_over(database: Database) -> None:
    """Until it would have been over by itself, and however often that is said."""
    ended = EndedSessions(database)
    for _ in range(2):
        ended.end("one", 3600.0)
    ended.end("two", -1.0)
    assert (ended.has("one"), ended.has("two"), ended.has("three")) == (True, True, False)

    ended.forget_old()
    assert (ended.has("one"), ended.has("two")) == (True, False)
