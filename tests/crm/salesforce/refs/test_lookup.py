"""What one call of several says counts for the refs in it."""

import pytest

from app.crm.salesforce.refs.found import Missing
from app.crm.salesforce.refs.lookup import WantedRef, look_up
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Ref
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.sandbox import RunningSandbox

# Each goes in a call of its own.
HIDDEN = WantedRef(Ref("contact", "@{a}", by="LastName"), "Case")
OTHERS = [WantedRef(Ref("account", f"@{{{name}}}", by="CustomerNo__c"), "Case") for name in "bc"]


def asked(sandbox: RunningSandbox) -> int:
    report = sandbox.calls()
    return int(report["total"]) - int(report["logins"])


def test_field_that_may_not_be_read(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """What the user may not look up says nothing of what is asked after it."""
    sandbox.org("field-access", user="ringback", object="Contact", field="LastName", access="none")
    answers = look_up(rooms.client, [HIDDEN, *OTHERS], Deadline(10))

    assert [Reason.PERMISSION_MISSING, Reason.ACCOUNT_NOT_FOUND, Reason.ACCOUNT_NOT_FOUND] == [
        answer.reason for one in (HIDDEN, *OTHERS) if isinstance(answer := answers[one], Missing)
    ]
    assert 3 == asked(sandbox)


def test_trouble_of_every_call(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """What every call would meet ends the asking, and who was not asked for has it as well."""
    sandbox.fault("daily_limit", next=1, match="query")
    answers = look_up(rooms.client, [HIDDEN, *OTHERS], Deadline(10))

    assert {Reason.API_LIMIT} == {one.reason for one in answers.values() if isinstance(one, CrmError)}
    assert (3, 1) == (len(answers), asked(sandbox))


@pytest.mark.parametrize(("hanging", "answered"), [(1, 3), (2, 0)])
def test_call_that_hangs(rooms: Rooms, sandbox: RunningSandbox, hanging: int, answered: int) -> None:
    """One may hang by itself: the others are asked in the rest of the time. After a second one nobody is."""
    names = [HIDDEN, *OTHERS, WantedRef(Ref("account", "@{d}", by="CustomerNo__c"), "Case")]
    sandbox.fault("hang", next=hanging, match="query")
    answers = look_up(rooms.client, names, Deadline(6))
    sandbox.clear_faults()

    assert all(isinstance(answers[one], CrmError) for one in names[:hanging])
    assert answered == sum(isinstance(one, Missing) for one in answers.values())
