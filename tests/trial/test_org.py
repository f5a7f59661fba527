"""What an org would make of records, asked of a real sandbox."""

import pytest

from app.crm.salesforce import Client, Login, SalesforceCrm, SalesforceInspector, build_http
from app.crm.salesforce.credentials import ClientCredentials
from app.domain.errors import CrmError
from app.trial.org import Foreseen, OrgTrial
from tests.support.sandbox import RunningSandbox
from tests.trial.rules import tried

KEY = "jtel_AcdEventsID__c"
RULES = """\
rules:
  - name: all
    require: [Subject]
    fields:
      Subject: "Callback for {{ caller }}"
      OwnerId: {queue: B2B Support}
"""


def test_refs_become_ids(tmp_path, sandbox: RunningSandbox):
    """What the org has is shown with its id, and nothing is remarked."""
    (foreseen,) = trial(sandbox).run([tried(tmp_path, RULES)])

    assert foreseen is not None
    assert sandbox.query("SELECT Id FROM Group WHERE Name = 'B2B Support'")[0]["Id"] == foreseen.fields["OwnerId"]
    assert [] == foreseen.remarks


@pytest.mark.parametrize(
    ("field", "code", "effect"),
    [
        ("OwnerId: {queue: Nobody}", "queue_not_found", "dropped"),
        ("ContactId: {contact: '{{ caller }}'}", "contact_not_found", "dropped"),
        ("OwnerId: {user: ghost}", "user_not_found", "dropped"),
        ("No__c: x", "field_not_found", "dropped"),
        ("CaseNumber: x", "field_read_only", "dropped"),
        ("Reason__c: '{{ body }}'", "value_cut", "note"),
        ("Reason__c: '{{ body }}'\n    require: [Reason__c]", "value_cut", "note"),
        ("Phone__c: '{{ callback_number }}'", "value_too_long", "dropped"),
        ("ParentId: x", "reference_wrong", "dropped"),
        ("Priority: '{{ subject }}'", "picklist_value_unlisted", "note"),
        ("Priority: '{{ subject }}'\n    require: [Priority]", "picklist_value_unlisted", "note"),
        ("OwnerId: {queue: Nobody}\n    require: [OwnerId]", "queue_not_found", "refused"),
    ],
)
def test_what_the_org_would_not_take(tmp_path, sandbox: RunningSandbox, field, code, effect):
    """Each field that Salesforce would drop is told with its code, and what is required is told to be fatal."""
    sandbox.org("add-field", object="Case", field="Reason__c", type="string", length=255)
    sandbox.org("add-field", object="Case", field="Phone__c", type="phone", length=5)
    rules = f"rules:\n  - name: all\n    fields:\n      Subject: x\n      {field}\n"

    (foreseen,) = trial(sandbox).run([tried(tmp_path, rules, Body="x" * 300, Subject="Urgent")])

    assert foreseen is not None
    (remark,) = foreseen.of(field.partition(":")[0])
    assert (code, effect) == (remark.code, effect_of(remark))
    assert ("note" != effect) == foreseen.loses


@pytest.mark.parametrize("broken", [{"unique": False}, {"external_id": False}, {"dropped": True}])
def test_external_id_that_guards_nothing(tmp_path, sandbox: RunningSandbox, broken):
    """Without a unique external id of its object no record would be created."""
    sandbox.org("add-field", object="Case", field=KEY, **broken)

    (foreseen,) = trial(sandbox).run([tried(tmp_path, RULES)])

    assert foreseen is not None
    assert ["external_id"] == [remark.code[:11] for remark in foreseen.of(None) if remark.fatal]


def test_required_field_that_is_not_set(tmp_path, sandbox: RunningSandbox):
    """What the org requires and no field gives refuses the callback, though no field can be dropped for it."""
    sandbox.org("require-field", object="Case", field="Reason")

    (foreseen,) = trial(sandbox).run([tried(tmp_path, RULES)])

    assert foreseen is not None
    assert [("required_field_missing", True)] == [(one.code, one.fatal) for one in foreseen.of(None)]


def test_several_refs_that_are_missing(tmp_path, sandbox: RunningSandbox):
    """Each has its own sentence, and the one that is found its id."""
    rules = f"{RULES}      ContactId: {{contact: '{{{{ caller }}}}'}}\n      RecordTypeId: {{record_type: Nothing}}\n"

    (foreseen,) = trial(sandbox).run([tried(tmp_path, rules)])

    assert foreseen is not None
    assert ["contact_not_found"] == [one.code for one in foreseen.of("ContactId")]
    assert ["record_type_not_found"] == [one.code for one in foreseen.of("RecordTypeId")]
    assert "Contact" not in foreseen.of("RecordTypeId")[0].message
    assert str(foreseen.fields["OwnerId"]).startswith("00G")


def test_one_look_for_all(tmp_path, sandbox: RunningSandbox):
    """Many payloads cost no more calls than one, and nothing is written; what is refused has nothing to foresee."""
    asked = trial(sandbox)
    trials = [
        *(tried(tmp_path, RULES, AcdEventsID=number) for number in range(1, 20)),
        tried(tmp_path, RULES, Caller=""),
    ]
    before = sandbox.calls()["total"]

    foreseen = asked.run(trials)

    made = sandbox.calls()
    assert [isinstance(one, Foreseen) for one in foreseen] == [True] * 19 + [False]
    assert made["total"] - before <= 7
    assert [] == sandbox.query("SELECT Id FROM Case")


def test_org_that_is_away(tmp_path):
    """Nothing is said of the records where the org does not answer."""
    login = Login(ClientCredentials("acme.my", "sandbox", "sandbox"), build_http(5, "http://127.0.0.1:9"), "66.0")
    client = Client(login, "66.0", KEY)

    with pytest.raises(CrmError):
        OrgTrial(SalesforceInspector(client), SalesforceCrm(client), KEY).run([tried(tmp_path, RULES)])


def trial(sandbox: RunningSandbox) -> OrgTrial:
    login = Login(ClientCredentials("acme.my", "sandbox", "sandbox"), build_http(5, sandbox.url), "66.0")
    client = Client(login, "66.0", KEY)
    return OrgTrial(SalesforceInspector(client), SalesforceCrm(client), KEY)


def effect_of(remark) -> str:
    return "refused" if remark.fatal else "dropped" if remark.lost else "note"
