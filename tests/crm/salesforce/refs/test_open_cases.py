"""The caller's open Case by number: the newest, only open ones, as they are when the record is sent."""

import pytest

from app.crm.salesforce.refs import Refs
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Value
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.sandbox import RunningSandbox

NUMBER = "+491715550101"
CLARA, EVA = "003Rb0000000001IAA", "003Rb0000000003IAA"


@pytest.fixture
def refs(rooms: Rooms) -> Refs:
    return Refs(rooms.client)


def case(rooms: Rooms, name: str, **fields: Value) -> str:
    written = rooms.crm.create(Record("Case", {"Subject": name, **fields}), name, Deadline(5))
    return str(written.id)


def resolved(refs: Refs, ref: Ref, require: frozenset[str] = frozenset()) -> Value | CrmError | None:
    (fields,) = refs.resolve([Record("Case", {"Subject": "x", "ParentId": ref}, require)], Deadline(5))
    return fields if isinstance(fields, CrmError) else fields.get("ParentId")


@pytest.mark.parametrize("fields", [{"SuppliedPhone": "0171 5550101"}, {"ContactId": CLARA}])
def test_by_number_or_by_its_contact(rooms: Rooms, refs: Refs, fields: dict[str, Value]) -> None:
    """In whatever spelling it stands at the Case, or at the Contact to which that belongs."""
    other = case(rooms, "other", SuppliedPhone="+4989550330", ContactId=EVA)
    mine = case(rooms, "mine", **fields)

    assert mine == resolved(refs, Ref("open_case", NUMBER))
    assert other == resolved(refs, Ref("open_case", "+4989550330"))


def test_newest_that_is_open(rooms: Rooms, refs: Refs, sandbox: RunningSandbox) -> None:
    """Each look asks anew: what has come or was closed since counts at once."""
    ref = Ref("open_case", NUMBER)
    seen = [resolved(refs, ref)]
    first = case(rooms, "first", SuppliedPhone=NUMBER)
    seen.append(resolved(refs, ref))
    second = case(rooms, "second", SuppliedPhone=NUMBER)
    seen.append(resolved(refs, ref))
    for one in (second, first):
        sandbox.org("close-case", case=one)
        seen.append(resolved(refs, ref))

    assert [None, first, second, first, None] == seen


def test_none_is_nothing_to_tell(refs: Refs) -> None:
    """Most callers have none: the field is left out, unless the rule requires it or has something in its place."""
    required = resolved(refs, Ref("open_case", NUMBER), frozenset({"ParentId"}))

    assert resolved(refs, Ref("open_case", NUMBER)) is None
    assert "500" == resolved(refs, Ref("open_case", NUMBER, otherwise="500"))
    assert isinstance(required, CrmError)
    assert (Reason.OPEN_CASE_NOT_FOUND, ("ParentId",)) == (required.reason, required.fields)


def test_that_none_may_be_looked_for_is_told(rooms: Rooms, refs: Refs, sandbox: RunningSandbox) -> None:
    """It is no usual thing."""
    sandbox.org("field-access", user="ringback", object="Case", field="SuppliedPhone", access="none")
    error = resolved(refs, Ref("open_case", NUMBER))

    assert isinstance(error, CrmError)
    assert Reason.PERMISSION_MISSING is error.reason


def test_by_a_field(rooms: Rooms, refs: Refs, sandbox: RunningSandbox) -> None:
    """By the number of the Case that the caller has typed, if that is open."""
    mine = case(rooms, "mine")
    (row,) = sandbox.query(f"SELECT CaseNumber FROM Case WHERE Id = '{mine}'")
    ref = Ref("open_case", str(row["CaseNumber"]), "CaseNumber")

    assert mine == resolved(refs, ref)
    sandbox.org("close-case", case=mine)
    assert resolved(refs, ref) is None


def test_ahead_of_time_only_what_lasts_is_asked_for(refs: Refs, sandbox: RunningSandbox) -> None:
    """A record's open Case is asked for when it is sent; a queue before that, and then no more."""
    record = Record("Case", {"ParentId": Ref("open_case", NUMBER), "OwnerId": Ref("queue", "Callbacks")})
    before = int(sandbox.calls()["total"])

    def asked() -> int:
        calls = sandbox.calls()
        return int(calls["total"]) - int(calls["logins"]) - before

    assert [None] == refs.look_up([record], Deadline(5))
    ahead = asked()
    (fields,) = refs.resolve([record], Deadline(5))

    assert not isinstance(fields, CrmError)
    assert (["OwnerId"], 1, 2) == (list(fields), ahead, asked())
