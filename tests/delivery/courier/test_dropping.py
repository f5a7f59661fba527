"""A callback is worth more than a field: what is sent after a refusal, and what is said in the end."""

import pytest

from app.delivery.courier.sending import MOST_TRIES, Sending
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.domain.record import Dropped, Record, Ref, Written
from tests.delivery.conftest import MoodyCrm
from tests.delivery.courier.errands import create

RECORD = Record(
    "Case",
    {
        "Subject": "Callback",
        "Description": "The caller said this.",
        "Origin": "Phone",
        "Priority": "High",
        "Reason": "Offer",
        "OwnerId": Ref("queue", "B2B Support"),
    },
    require=frozenset({"Subject"}),
)
LEAST = frozenset({"Subject", "Description"})


def dropped(written: Written) -> dict[str, str]:
    return {one.field: one.reason for one in written.dropped}


def test_nothing_wrong_costs_nothing(crm: MoodyCrm) -> None:
    """A record that is taken is made in one call, as it is."""
    written = create(crm, RECORD)

    assert ([1], {}) == (crm.calls, dropped(written))
    assert RECORD == crm.records["default-1"]


def test_field_at_fault_is_dropped(crm: MoodyCrm) -> None:
    """A field that the refusal names is left out, and the next call makes the record; what it held is kept."""
    crm.bad = {"Priority": Reason.PICKLIST_VALUE_REJECTED}
    written = create(crm, RECORD)
    made = crm.records["default-1"].fields

    assert {"Priority": "picklist_value_rejected"} == dropped(written)
    assert RECORD.fields.keys() - {"Priority"} == made.keys()
    assert (
        "The caller said this.\n\nRingback could not set:\nPriority: High (picklist_value_rejected)"
        == (made["Description"])
    )
    assert [1, 1] == crm.calls


def test_several_fields_for_several_reasons(crm: MoodyCrm) -> None:
    """Each refusal costs its fields, each with its reason; fields that one refusal names go together."""
    crm.bad = {
        "Priority": Reason.PICKLIST_VALUE_REJECTED,
        "OwnerId": Reason.QUEUE_NOT_FOUND,
        "Origin": Reason.PICKLIST_VALUE_REJECTED,
    }
    written = create(crm, RECORD)

    assert {
        "Priority": "picklist_value_rejected",
        "Origin": "picklist_value_rejected",
        "OwnerId": "queue_not_found",
    } == dropped(written)
    assert [1, 1, 1] == crm.calls
    assert "OwnerId: queue B2B Support (queue_not_found)" in str(crm.records["default-1"].fields["Description"])


def test_spelling_does_not_matter(crm: MoodyCrm) -> None:
    """Salesforce names a field in its own spelling, the rule in any."""
    crm.bad = {"priority": Reason.VALUE_TOO_LONG}
    sending = Sending(RECORD).after(CrmError(Reason.VALUE_TOO_LONG, "Too long.", fields=("PRIORITY",)))

    assert sending is not None
    assert "Priority" not in sending.record.fields


def test_required_field_is_never_dropped(crm: MoodyCrm) -> None:
    """A refusal that names a required field is the outcome."""
    crm.bad = {"Subject": Reason.VALUE_TOO_LONG}
    with pytest.raises(CrmError) as caught:
        create(crm, RECORD)

    assert (Reason.VALUE_TOO_LONG, [1]) == (caught.value.reason, crm.calls)


def test_droppable_before_required(crm: MoodyCrm) -> None:
    """The outcome is what could not be helped, not what was dropped on the way."""
    crm.bad = {"Origin": Reason.FIELD_UNKNOWN, "Subject": Reason.VALUE_TOO_LONG}
    with pytest.raises(CrmError) as caught:
        create(crm, RECORD)

    assert Reason.VALUE_TOO_LONG is caught.value.reason


@pytest.mark.parametrize("reason", [Reason.VALIDATION_RULE, Reason.TRIGGER_FAILED, Reason.FIELD_UNKNOWN])
def test_rescue(crm: MoodyCrm, reason: Reason) -> None:
    """A refusal that names no field ends in a Case of the least, which holds all that was said."""
    crm.bad, crm.telling = {"Priority": reason}, False
    written = create(crm, RECORD)
    made = crm.records["default-1"].fields

    assert LEAST == made.keys()
    assert dict.fromkeys(("Origin", "Priority", "Reason", "OwnerId"), reason.word) == dropped(written)
    assert "The caller said this." in str(made["Description"])
    assert f"Reason: Offer ({reason.word})" in str(made["Description"])
    assert [1, 1] == crm.calls


def test_rescue_keeps_what_is_required(crm: MoodyCrm) -> None:
    """A rescue has the rule's required fields, and says of each other field why it is missing."""
    crm.bad = {"Priority": Reason.PICKLIST_VALUE_REJECTED}
    crm.least = frozenset({"Subject", "Description", "Origin"})
    written = create(crm, Record("Case", RECORD.fields, require=frozenset({"Subject", "Origin"})))

    assert "Phone" == crm.records["default-1"].fields["Origin"]
    assert {
        "Priority": "picklist_value_rejected",
        "Reason": "validation_rule",
        "OwnerId": "validation_rule",
    } == dropped(written)


def test_rescue_of_a_case_without_description(crm: MoodyCrm) -> None:
    """A rule that sets no description loses nothing either: the rescue has one."""
    crm.least = LEAST
    create(crm, Record("Case", {"Subject": "Callback", "Reason": "Offer"}))

    assert "Ringback could not set:\nReason: Offer (validation_rule)" == crm.records["default-1"].fields["Description"]


@pytest.mark.parametrize(
    "record",
    [
        Record("Task", {"Subject": "Callback", "Reason": "Offer"}),
        Record("Case", {"Subject": "Callback", "Description": "x"}),
        Record("Case", {"Description": 5, "Reason": "Offer"}),
    ],
    ids=["nowhere to say it", "it is the least", "no text"],
)
def test_no_rescue_that_is_worth_nothing(crm: MoodyCrm, record: Record) -> None:
    """Where a rescue would say nothing, or nothing less, none is tried."""
    crm.least = frozenset()
    with pytest.raises(CrmError) as caught:
        create(crm, record)

    assert (Reason.VALIDATION_RULE, [1]) == (caught.value.reason, crm.calls)


def test_refused_rescue(crm: MoodyCrm) -> None:
    """When the rescue is refused as well the outcome is the refusal that led to it."""
    crm.bad, crm.least = {"Priority": Reason.PICKLIST_VALUE_REJECTED}, frozenset({"Subject"})
    with pytest.raises(CrmError) as caught:
        create(crm, RECORD)

    assert (Reason.VALIDATION_RULE, [1, 1, 1]) == (caught.value.reason, crm.calls)


def test_required_by_the_org_and_not_taken() -> None:
    """A field that the org wants and does not take is told as one that it does not take."""
    refused = CrmError(Reason.PICKLIST_VALUE_REJECTED, "No such value.", fields=("Reason",))
    missing = CrmError(Reason.REQUIRED_FIELD_MISSING, "Reason is required.")
    without_it = Sending(RECORD).after(refused)
    assert without_it is not None
    rescued = without_it.after(missing)
    assert rescued is not None

    assert rescued.failed(missing) is refused


@pytest.mark.parametrize("reason", [one for one in Reason if one.scope in (Scope.ORG, Scope.TRANSIENT)])
def test_trouble_is_no_refusal(reason: Reason) -> None:
    """What passes, and what every record would meet, costs no field."""
    assert Sending(RECORD).after(CrmError(reason, "Trouble.", fields=("Priority",))) is None


@pytest.mark.parametrize("reason", [Reason.OBJECT_NOT_FOUND, Reason.PERMISSION_MISSING, Reason.ASSIGNMENT_RULE_INVALID])
def test_no_smaller_record_would_do(reason: Reason) -> None:
    """Trouble of the object or the user that names no field still pauses the rule."""
    assert Sending(RECORD).after(CrmError(reason, "Trouble.")) is None


def test_number_of_tries_is_bounded(crm: MoodyCrm) -> None:
    """However many fields are refused one by one, the last try is the rescue."""
    reasons = [one for one in Reason if one.scope is Scope.CALLBACK][:20]
    names = [f"Field{number}__c" for number in range(len(reasons))]
    crm.bad = dict(zip(names, reasons, strict=True))
    create(crm, Record("Case", {**RECORD.fields, **dict.fromkeys(names, "x")}))

    assert [1] * MOST_TRIES == crm.calls
    assert LEAST == crm.records["default-1"].fields.keys()


def test_trouble_in_the_middle(crm: MoodyCrm) -> None:
    """An answer that is lost after a drop leaves the outcome unknown, with what is known of the record."""
    crm.bad, crm.lost = {"Priority": Reason.VALUE_INVALID}, 1
    with pytest.raises(CrmError) as caught:
        create(crm, RECORD)
    again = create(crm, RECORD)

    assert caught.value.outcome_unknown
    assert (Dropped("Priority", "value_invalid"),) == caught.value.dropped
    assert not again.created
    assert {"Priority": "value_invalid"} == dropped(again)
