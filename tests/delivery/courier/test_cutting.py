"""A text that is refused for its length is cut and sent again, before its field is dropped."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.crm.lengths import LIMITS, MOST_CUTS, Limit
from app.delivery.attempt import mark_late
from app.delivery.courier.known_drops import MOST, REMEMBER_SECONDS, KnownDrops
from app.delivery.courier.sending import MOST_TRIES, Sending
from app.delivery.request.intake import Sent
from app.domain.entry import State
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Dropped, Record, Value, Written
from app.ledger.pauses import ORG
from app.ledger.tables import entry as rows
from tests.delivery.conftest import Desk, MoodyCrm, crm_at
from tests.delivery.courier import errands
from tests.support.sandbox import RunningSandbox

Send = Callable[..., Sent]
LONG = "She wants to speak to somebody about the offer of last week. " * 20


class Clock:
    """Goes on when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def create(crm: MoodyCrm, fields: Mapping[str, Value], *require: str, **options: Any) -> Written:
    record = Record("Case", fields, frozenset(require))
    return errands.create(crm, record, f"default-{len(crm.records) + 1}", **options)


def made(crm: MoodyCrm) -> Mapping[str, Value]:
    """The fields of the latest record."""
    return list(crm.records.values())[-1].fields


def test_cut_to_what_is_named(crm: MoodyCrm) -> None:
    """The next call has as much of the text as is taken; nothing is dropped, and the description has all of it."""
    crm.lengths = {"Wish__c": Limit(80)}
    written = create(crm, {"Subject": "Callback", "Description": "Said.", "Wish__c": LONG})

    wish = str(made(crm)["Wish__c"])
    assert ([1, 1], ()) == (crm.calls, written.dropped)
    assert wish.startswith("She wants to speak")
    assert wish.endswith("…")
    assert Limit(80).size(wish) >= 70
    assert f"Said.\n\nRingback had to cut:\nWish__c: {LONG[:900]}" in str(made(crm)["Description"])


@pytest.mark.parametrize("field", ["Subject", "Description", "Wish__c"])
@pytest.mark.parametrize("telling", [True, False], ids=["named", "not named"])
@pytest.mark.parametrize("limit", [Limit(200), Limit(200, in_bytes=True), Limit(20)], ids=str)
@pytest.mark.parametrize("text", [LONG, "😀" * 700, "Zeile\nö\r\n" * 90, "x" * 1_000], ids=lambda text: text[:3])
def test_whatever_the_org_counts(crm: MoodyCrm, field: str, telling: bool, limit: Limit, text: str) -> None:
    """Units or bytes, named or not: a part of the text arrives, no field is dropped, and the calls are bounded."""
    crm.lengths, crm.telling = {field: limit}, telling
    written = create(crm, {"Subject": "Callback", "Description": "Said.", "Origin": "Phone", field: text})

    assert () == written.dropped
    assert text[:2] == str(made(crm)[field])[:2]
    assert limit.fits(str(made(crm)[field]))
    assert len(crm.calls) <= 1 + MOST_CUTS


def test_several_at_once(crm: MoodyCrm) -> None:
    """Fields that one refusal names are cut together, each to its own length."""
    crm.lengths = {"Subject": Limit(30), "Wish__c": Limit(40), "Note__c": Limit(2_000)}
    create(crm, {"Subject": LONG, "Wish__c": LONG, "Note__c": LONG[:1_000]})

    assert [1, 1] == crm.calls
    assert [30, 40, 1_000] == [pytest.approx(len(str(value)), abs=10) for value in made(crm).values()]


def test_one_is_cut_and_another_dropped(crm: MoodyCrm) -> None:
    """In one refusal a text is cut, while half an address or number is worth nothing; those are dropped, and told."""
    crm.lengths = {"Wish__c": Limit(40), "Mail__c": Limit(20), "Phone__c": Limit(5), "Link__c": Limit(9)}
    fields = {
        "Description": "Said.",
        "Wish__c": LONG,
        "Mail__c": "anna.berger@example.com",
        "Phone__c": "+49 30 901820",
        "Link__c": "https://example.com/4711",
    }
    written = create(crm, fields)

    assert [1, 1] == crm.calls
    assert {"Mail__c", "Phone__c", "Link__c"} == {one.field for one in written.dropped}
    assert {"value_too_long"} == {one.reason for one in written.dropped}
    assert {"Description", "Wish__c"} == made(crm).keys()
    assert "Phone__c: +49 30 901820 (value_too_long)" in str(made(crm)["Description"])


def test_required_text(crm: MoodyCrm) -> None:
    """A text without which a rule wants no record is cut rather than refused."""
    crm.lengths = {"Wish__c": Limit(40)}
    create(crm, {"Subject": "Callback", "Wish__c": LONG}, "Wish__c")

    assert Limit(40).fits(str(made(crm)["Wish__c"]))


def test_required_number(crm: MoodyCrm) -> None:
    """What may neither be cut nor dropped is the outcome."""
    crm.lengths = {"Phone__c": Limit(5)}
    with pytest.raises(CrmError) as refused:
        create(crm, {"Subject": "Callback", "Phone__c": "+4930901820"}, "Phone__c")

    assert (Reason.VALUE_TOO_LONG, [1]) == (refused.value.reason, crm.calls)


def test_refused_whatever_its_length(crm: MoodyCrm) -> None:
    """A field that is refused again and again is dropped in the end, after a few cuts, and the record is made."""
    crm.lengths = {"Wish__c": Limit(0)}
    written = create(crm, {"Subject": "Callback", "Wish__c": LONG})

    assert (Dropped("Wish__c", "value_too_long"),) == written.dropped
    assert [1] * (2 + MOST_CUTS) == crm.calls


def test_calls_are_bounded(crm: MoodyCrm) -> None:
    """However many fields are too long one after the other, the last call is the rescue, and its texts fit."""
    names = [f"Field{number}__c" for number in range(20)]
    take = crm._refusal

    def one_by_one(record: Record) -> CrmError | None:
        first = next((name for name in record.fields if name in names and len(str(record.fields[name])) > 10), None)
        crm.lengths = {first: Limit(10)} if first else {"Subject": Limit(50)}
        return take(record)

    crm._refusal = one_by_one  # type: ignore[method-assign]
    create(crm, {"Description": "Said.", **dict.fromkeys(names, LONG)})

    assert [1] * MOST_TRIES == crm.calls
    assert {"Description"} == made(crm).keys()
    assert LIMITS["Description"].fits(str(made(crm)["Description"]))


def test_rescue_that_is_too_long(crm: MoodyCrm) -> None:
    """What the rescue tells of other fields may be more than the description takes: it is cut as well."""
    crm.least, crm.lengths = frozenset({"Subject", "Description"}), {"Description": Limit(300)}
    create(crm, {"Subject": "Callback", "Description": "Said.", "Wish__c": LONG})

    described = str(made(crm)["Description"])
    assert Limit(300).fits(described)
    assert described.startswith("Said.\n\nRingback could not set:\nWish__c: She wants")


def test_cut_before_the_rescue(crm: MoodyCrm) -> None:
    """The rescue is made with what has been learned of its texts, and keeps what it leaves out."""
    crm.least, crm.lengths = frozenset({"Subject", "Description"}), {"Subject": Limit(40)}
    create(crm, {"Subject": LONG, "Description": "Said.", "Origin": "Phone"})

    assert [1, 1, 1] == crm.calls
    assert Limit(40).fits(str(made(crm)["Subject"]))
    assert "Origin: Phone (validation_rule)" in str(made(crm)["Description"])


def test_description_with_a_note(crm: MoodyCrm) -> None:
    """The note stays whole where the caller's words and it are too long together."""
    crm.lengths, crm.bad = {"Description": Limit(400)}, {"Origin": Reason.FIELD_UNKNOWN}
    create(crm, {"Description": LONG, "Origin": "Phone"})

    described = str(made(crm)["Description"])
    assert Limit(400).fits(described)
    assert described.startswith("She wants to speak")
    assert described.endswith("…\n\nRingback could not set:\nOrigin: Phone (field_unknown)")


def test_known_limits_of_a_case(crm: MoodyCrm) -> None:
    """What Salesforce is known to take is never sent longer, however a mapper has made the record."""
    crm.lengths = dict(LIMITS)
    create(crm, dict.fromkeys(LIMITS, "Zeile 😀\n" * 5000))

    assert [1] == crm.calls


def test_spelling_does_not_matter(crm: MoodyCrm) -> None:
    """Salesforce names a field in its own spelling, the rule in any."""
    refused = CrmError(Reason.VALUE_TOO_LONG, "Too long.", fields=("WISH__C",), too_long={"WISH__C": 40})
    sending = Sending(Record("Case", {"wish__c": LONG})).after(refused)

    assert sending is not None
    assert Limit(40).fits(str(sending.record.fields["wish__c"]))


@pytest.mark.parametrize("value", [LONG, "+4930901820"], ids=["cut", "dropped"])
def test_long_field_is_not_remembered_as_unknown(value: str) -> None:
    """A refusal that also tells of a field that the org lacks does not cost the next callback its text."""
    refused = CrmError(Reason.FIELD_UNKNOWN, "No.", fields=("No__c", "Wish__c"), too_long={"Wish__c": 8})
    known = KnownDrops()
    record = Record("Case", {"No__c": "x", "Wish__c": value})
    sent = errands.member(record)
    again = sent.refused(refused, known)

    assert again
    assert "value_too_long" in {one.reason for one in sent.sending.dropped} or "Wish__c" in sent.sending.record.fields
    assert {"Wish__c"} == errands.begun(known, record).fields.keys()


def test_second_callback_costs_one_call(crm: MoodyCrm) -> None:
    """What a field of a rule takes is remembered; other rules, and another configuration, are not concerned."""
    known = KnownDrops()
    crm.lengths = {"Wish__c": Limit(40, in_bytes=True)}
    calls = []
    for rule, config in [("b2b", "one"), ("b2b", "one"), ("other", "one"), ("b2b", "two")]:
        crm.calls.clear()
        create(crm, {"Wish__c": LONG.replace("a", "ä")}, known=known, rule=rule, config=config)
        calls.append(len(crm.calls))

    assert calls[1] == 1 < calls[0] == calls[2] == calls[3]


def test_short_text_of_a_known_field(crm: MoodyCrm) -> None:
    """A text that fits is sent as it is."""
    known = KnownDrops()
    crm.lengths = {"Wish__c": Limit(40)}
    create(crm, {"Wish__c": LONG}, known=known)
    create(crm, {"Wish__c": "Soon", "Description": "Said."}, known=known)

    assert {"Wish__c": "Soon", "Description": "Said."} == made(crm)


def test_forgotten_after_a_while(crm: MoodyCrm) -> None:
    """Once an admin has made the field longer, texts are whole again after ten minutes."""
    clock = Clock()
    known = KnownDrops(clock=clock)
    crm.lengths = {"Wish__c": Limit(40)}
    create(crm, {"Wish__c": LONG}, known=known)
    crm.lengths = {}
    create(crm, {"Wish__c": LONG}, known=known)
    before = made(crm)["Wish__c"]
    clock.now += REMEMBER_SECONDS
    create(crm, {"Wish__c": LONG}, known=known)

    assert (True, LONG) == (str(before).endswith("…"), made(crm)["Wish__c"])


def test_guess_is_not_remembered(crm: MoodyCrm) -> None:
    """How far one text had to be cut by half says nothing of the next one."""
    known = KnownDrops()
    crm.lengths, crm.telling = {"Wish__c": Limit(40)}, False
    create(crm, {"Wish__c": LONG}, known=known)

    assert {} == known.limits("config", "b2b")


def test_says_once_who_acts(crm: MoodyCrm) -> None:
    """The log names rule, field and length, with the sentence that says who acts, once for as long as it lasts."""
    known = KnownDrops()
    crm.lengths = {"Wish__c": Limit(40)}
    with capture_logs() as logs:
        create(crm, {"Wish__c": LONG}, known=known)
        create(crm, {"Wish__c": LONG}, known=known)

    (line,) = [one for one in logs if one["event"] == "field_cut"]
    assert ("warning", "b2b", "Wish__c", 40, "It takes less.") == tuple(
        line[key] for key in ("log_level", "rule", "field", "most", "message")
    )


def test_field_that_nobody_named(sandbox: RunningSandbox) -> None:
    """Where a refusal names none the description stays whole, and nothing is cut for the callbacks that follow."""
    sandbox.org("add-field", object="Case", field="Wish__c", length=255)
    sandbox.org("add-field", object="Case", field="Note__c", length=2_000)
    refusal = {"code": "STRING_TOO_LONG", "message": "Datenwert zu groß: … (max. 255)", "fields": []}
    sandbox.fault("error", next=1, match="composite", level="record", status=400, **refusal)
    known = KnownDrops()
    crm = crm_at(sandbox)
    fields = {"Subject": "Callback", "Description": LONG, "Wish__c": LONG[:300], "Note__c": LONG[:300]}
    for number in range(2):
        errands.create(crm, Record("Case", fields), f"default-{number}", known=known)
    first, second = sandbox.query("SELECT Description, Note__c, Wish__c FROM Case ORDER BY jtel_AcdEventsID__c")

    assert all(case["Description"].startswith(LONG.strip()) for case in (first, second))
    assert len(first["Note__c"]) <= 255 < len(second["Note__c"])
    # The second refusal has named it.
    assert {"Wish__c": Limit(255)} == known.limits("config", "b2b")


def test_memory_is_bounded() -> None:
    """Names that come out of the callbacks cannot fill the memory."""
    known = KnownDrops()
    for number in range(MOST + 10):
        name = f"F{number}__c"
        refused = CrmError(Reason.VALUE_TOO_LONG, "Too long.", too_long={name: 5})
        known.learn_limits("config", "b2b", {name: Limit(5)}, refused)

    assert MOST == len(known.limits("config", "b2b"))


def queue_up(desk: Desk, sent: Send, count: int) -> None:
    """Entries that wait and are due."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    for number in range(1, count + 1):
        desk.delivery.accept(sent(number))
    desk.pauses.end(ORG)
    desk.crm.calls.clear()


@pytest.mark.parametrize("as_one", [False, True], ids=["each by itself", "the call as a whole"])
def test_backlog(desk: Desk, sent: Send, as_one: bool) -> None:
    """In a batch each is cut by its own result; where the call is refused as a whole, halves find out whose it was."""
    queue_up(desk, sent, 8)
    desk.crm.lengths, desk.crm.as_one = {"Subject": Limit(20)}, as_one
    while desk.engine.run_once():
        pass

    kept = desk.ledger.select(rows.c.id > 0)
    assert {(State.DELIVERED, ())} == {(entry.state, entry.dropped) for entry in kept}
    assert {True} == {Limit(20).fits(str(record.fields["Subject"])) for record in desk.crm.records.values()}
    assert as_one or [8, 8] == desk.crm.calls


def test_late_line() -> None:
    """A Case that comes late begins with its line, however long its description is."""
    requested = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
    record = Record("Case", {"Description": LONG * 100, "Origin": "Phone"})
    late = mark_late(record, requested, requested + timedelta(hours=2))
    described = str(Sending(late, (Dropped("Origin", "field_unknown"),)).record.fields["Description"])

    assert described.startswith("Late: requested 10:42, delivered 12:42.\nShe wants")
    assert described.endswith("…\n\nRingback could not set:\nOrigin: Phone (field_unknown)")
    assert LIMITS["Description"].fits(described)
