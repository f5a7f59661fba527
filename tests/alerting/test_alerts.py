"""Who is told what, and how often, on each database."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from app.alerting.channels import Webhook
from app.alerting.message import Message
from app.domain.callback_wish import accept
from app.domain.entry import State
from app.domain.errors import RingbackError
from app.domain.reasons import Reason
from app.domain.record import Dropped
from app.domain.served_call import CaseNote, ServedCall
from app.domain.source import ReconcileOptions
from app.ledger.pauses import ORG, Pauses, rule_scope
from app.ledger.reconcile_runs import ReconcileRuns
from app.ledger.served_calls import ServedCalls
from app.ledger.tables import served_case
from app.ledger.wishes import Wishes
from app.rules_in_force.in_force import Loaded, Rejected
from tests.alerting.conftest import Fleet
from tests.support.desk import NUMBER
from tests.support.process import free_port
from tests.support.receivers import HttpReceiver
from tests.support.writing import writing

LATER = 100.0
HOUR = 3700.0


def test_nothing_is_wrong(fleet: Fleet) -> None:
    """Nobody is told of nothing, however many callbacks wait for a short time; the ping says that all goes on."""
    fleet.desk.add(State.DELIVERED)
    fleet.desk.add(State.WAITING, age=60)
    fleet.process().alerts.look()

    assert [] == fleet.receiver.posts
    assert 1 == fleet.receiver.pings


def test_failed(fleet: Fleet) -> None:
    """It is told once what has failed and what to do, and once that it is over; numbers are not told."""
    entry = fleet.desk.add(State.FAILED, reason="validation_rule")
    fleet.desk.add(State.FAILED, reason="queue_not_found")
    one = fleet.process()
    one.alerts.look()
    one.alerts.look()
    (told,) = fleet.receiver.texts
    fleet.desk.change(entry, {"state": State.DELIVERED})
    fleet.pass_time(LATER)
    one.alerts.look()
    assert [told] == fleet.receiver.texts
    for left in fleet.desk.ledger.select():
        fleet.desk.change(left, {"state": State.DELIVERED})
    fleet.pass_time(LATER)
    one.alerts.look()
    one.alerts.look()

    assert told.startswith("Ringback (acme.my): callbacks have failed: nobody calls")
    assert "queue_not_found (1), validation_rule (1)" in told
    assert "ringback replay --state failed" in told
    assert NUMBER not in told
    assert ["Ringback (acme.my): over: callbacks have failed: nobody calls"] == [
        text[:61] for text in fleet.receiver.texts[1:]
    ]


def test_wishes_of_which_nobody_knows(fleet: Fleet) -> None:
    """It is told as long as nobody has said what became of them; what is being asked just now is no news."""
    wishes = Wishes(fleet.database, fleet.desk.ledger.codec)
    new = {"source": "default", "case_id": "500", "asked": b"{}", "request_id": "r", "lease": "l"}
    lost, _ = wishes.store({**new, "wish_key": "lost"}, NUMBER, -1)
    wishes.store({**new, "wish_key": "asking"}, NUMBER, 60)
    one = fleet.process()
    one.alerts.look()
    (told,) = fleet.receiver.texts
    wishes.change(lost.id, accept("7", updated=False))
    fleet.pass_time(LATER)
    one.alerts.look()

    assert "1 wait for a person" in told
    assert "ringback wishes list" in told
    assert NUMBER not in told
    assert "over: Salesforce has asked" in fleet.receiver.texts[-1]


def test_cases_that_do_not_say_that_their_callers_were_served(fleet: Fleet) -> None:
    """It is told once why a Case could not be told of a served caller, and that it is over when none has failed."""
    calls, entry = ServedCalls(fleet.desk.ledger), fleet.desk.add(State.DELIVERED)
    call = ServedCall("default", f"+{NUMBER}", datetime.now(UTC), "aberg", "identity")
    (case,) = calls.store(call, [entry.id], "lease", 60.0, "r")
    calls.settle(case, CaseNote.FAILED, "permission_missing")
    one = fleet.process()
    one.alerts.look()
    one.alerts.look()
    (told,) = fleet.receiver.texts
    with writing(fleet.database) as connection:
        connection.execute(update(served_case).values(settled_at=served_case.c.settled_at - HOUR))
    fleet.pass_time(LATER)
    one.alerts.look()

    assert "permission_missing (1)" in told
    assert NUMBER not in told
    assert "aberg" not in told
    assert "over: Cases do not say that their callers" in fleet.receiver.texts[-1]


SAID = "Salesforce refused the record: a validation rule of the org says «Not by phone»."


def test_failed_says_what_salesforce_said(fleet: Fleet) -> None:
    """The words that stand most often come first; what has none, and more than a few, are counted."""
    for number in range(7):
        fleet.desk.add(State.FAILED, reason="validation_rule", message=f"Another one, {number}.")
    for _ in range(2):
        fleet.desk.add(State.FAILED, reason="validation_rule", message=f"{SAID}\nSet it.")
    fleet.desk.add(State.FAILED, reason="crm_timeout")
    fleet.process().alerts.look()
    (told,) = fleet.receiver.texts
    lines = told.splitlines()

    assert "crm_timeout (1), validation_rule (9)" in told
    assert f"- {SAID} Set it." == lines[2]
    assert "- and 3 more" == lines[-1]
    assert 8 == len(lines)


def lacking_case(fleet: Fleet, *fields: str, reason: str = "queue_not_found") -> None:
    """A Case that was made just now without these fields."""
    dropped = tuple(Dropped(one, reason, "The org has no such queue.") for one in fields)
    entry = fleet.desk.add(State.DELIVERED, dropped=dropped)
    fleet.desk.change(entry, {"delivered_at": entry.received_at})


def test_cases_without_fields(fleet: Fleet) -> None:
    """It is told once what Cases are made without, why and who mends it; and once that it is over, when one has all."""
    one = fleet.process()
    for _ in range(3):
        lacking_case(fleet, "OwnerId", reason="field_not_writable")
        one.alerts.look()
    (told,) = fleet.receiver.texts
    lacking_case(fleet)
    fleet.pass_time(LATER)
    one.alerts.look()
    one.alerts.look()

    assert told.startswith("Ringback (acme.my): Cases are made without some of their fields\n")
    assert "OwnerId (rule everyone-else): field_not_writable. The integrator acts. The org has no such queue." in told
    assert "ringback list --dropped" in told
    assert ["Ringback (acme.my): over: Cases are made without some of their fields"] == [
        text.partition("\n")[0] for text in fleet.receiver.texts[1:]
    ]


def test_cases_without_more_fields(fleet: Fleet) -> None:
    """Another field that is left out while the first still is, is told of, but not every time."""
    one = fleet.process()
    lacking_case(fleet, "Origin")
    one.alerts.look()
    lacking_case(fleet, "Origin", "OwnerId")
    one.alerts.look()
    assert 1 == len(fleet.receiver.posts)
    fleet.pass_time(HOUR)
    one.alerts.look()
    fleet.pass_time(HOUR)
    one.alerts.look()

    assert 2 == len(fleet.receiver.posts)
    assert "OwnerId" in fleet.receiver.texts[1]


def test_every_second_case_lacks_a_field(fleet: Fleet) -> None:
    """What depends on the callback is one trouble, told once and whenever the latest Case is whole."""
    one = fleet.process()
    for _ in range(3):
        lacking_case(fleet, "OwnerId")
        lacking_case(fleet)
        one.alerts.look()
        fleet.pass_time(LATER)

    assert 1 == len(fleet.receiver.texts)


def test_cases_of_a_rule_that_is_gone(fleet: Fleet) -> None:
    """A rule that is no longer in the configuration makes no Cases, so nobody has to mend it."""
    entry = fleet.desk.add(State.DELIVERED, dropped=(Dropped("OwnerId", "queue_not_found"),), rule="gone")
    fleet.desk.change(entry, {"delivered_at": entry.received_at})
    fleet.process().alerts.look()

    assert [] == fleet.receiver.posts


def test_more_have_failed(fleet: Fleet) -> None:
    """As long as callbacks stay failed, further ones are told of, but not every time."""
    one = fleet.process()
    fleet.desk.add(State.FAILED, reason="validation_rule")
    one.alerts.look()
    fleet.desk.add(State.FAILED, reason="validation_rule")
    one.alerts.look()
    assert 1 == len(fleet.receiver.posts)
    fleet.pass_time(HOUR)
    one.alerts.look()
    fleet.pass_time(HOUR)
    one.alerts.look()

    assert 2 == len(fleet.receiver.posts)
    assert "validation_rule (2)" in fleet.receiver.texts[1]


@pytest.mark.parametrize(("scope", "what"), [(ORG, "all callbacks"), (rule_scope("b2b"), "callbacks of rule b2b")])
def test_paused(fleet: Fleet, scope: str, what: str) -> None:
    """A pause is told when it does not end by itself within a minute, with who has to act."""
    one = fleet.process()
    Pauses(fleet.database).begin(scope, "login_refused", 60, "The client secret is wrong.")
    one.alerts.look()
    assert [] == fleet.receiver.posts
    fleet.pass_time(70)
    one.alerts.look()
    (told,) = fleet.receiver.texts
    Pauses(fleet.database).end(scope)
    fleet.pass_time(LATER)
    one.alerts.look()

    assert f"delivery of {what} is paused: login_refused" in told
    assert "The client secret is wrong. The Salesforce admin acts" in told
    assert 2 == len(fleet.receiver.posts)


def test_short_pause(fleet: Fleet) -> None:
    """What is over before anybody could act is not told, nor is its end."""
    one = fleet.process()
    Pauses(fleet.database).begin(ORG, "crm_unavailable", 60)
    one.alerts.look()
    Pauses(fleet.database).end(ORG)
    fleet.pass_time(LATER)
    one.alerts.look()

    assert [] == [text for text in fleet.receiver.texts if "paused" in text]


def test_waiting_for_long(fleet: Fleet) -> None:
    """The oldest waits for longer than people want."""
    fleet.desk.add(State.WAITING, age=899)
    one = fleet.process()
    one.alerts.look()
    assert [] == fleet.receiver.posts
    fleet.desk.add(State.WAITING, age=960, reason="crm_timeout", message="It did not answer.")
    one.alerts.look()
    (told,) = fleet.receiver.texts

    assert "have been waiting for more than 15 min" in told
    assert "2 wait, the oldest for 16 min because of crm_timeout (It did not answer.)." in told


def test_case_that_the_user_may_not_see(fleet: Fleet) -> None:
    """Who has to give which right is told at once, and that it is over when the callback is delivered."""
    entry = fleet.desk.add(State.WAITING, age=5, reason="case_not_visible", message="The org's admin gives View All.")
    one = fleet.process()
    one.alerts.look()
    (told,) = fleet.receiver.texts
    fleet.desk.ledger.change(entry.id, lambda *_: {"state": State.DELIVERED, "reason": None, "message": None})
    fleet.pass_time(LATER)
    one.alerts.look()

    assert "1 wait. The Salesforce admin acts: The org's admin gives View All." in told
    assert [True] == ["over: callbacks have a Case" in text for text in fleet.receiver.texts[1:]]


def test_rejected_configuration(fleet: Fleet) -> None:
    """A process that is not the one that tells has its wrong file told all the same, and its all-clear."""
    on_duty, other = fleet.process("one"), fleet.process("other")
    on_duty.alerts.look()
    other.in_force.rejected = Rejected("new", ("rules.yaml:3:1: unknown key filds",), 0.0)
    other.alerts.look()
    on_duty.alerts.look()
    (told,) = fleet.receiver.texts
    other.in_force.take(other.in_force.loaded)
    fleet.pass_time(LATER)
    other.alerts.look()
    on_duty.alerts.look()

    assert "rules.yaml:3:1: unknown key filds" in told
    assert 2 == len(fleet.receiver.posts)


def test_no_engine(fleet: Fleet) -> None:
    """An engine that is dead is told, and the ping stays away, so that the service behind it speaks up, too."""
    one = fleet.process()
    fleet.end_engine()
    one.alerts.look()
    fleet.pass_time(70)
    one.alerts.look()

    assert 0 == fleet.receiver.pings
    assert ["no engine runs" in text for text in fleet.receiver.texts] == [True]


def test_many_processes(fleet: Fleet) -> None:
    """However many look, each incident is told once; when the one that tells has died another goes on."""
    fleet.desk.add(State.FAILED, reason="validation_rule")
    processes = [fleet.process(str(number)) for number in range(4)]
    for one in processes:
        one.alerts.look()
    assert 1 == len(fleet.receiver.posts)
    assert 1 == fleet.receiver.pings


def test_receiver_that_fails_is_asked_once_a_look(fleet: Fleet) -> None:
    """However much is wrong, one that hangs costs one time-out a look, and others are told meanwhile."""
    with HttpReceiver() as other:
        fleet.more_channels = [Webhook(other.url, name="other")]
        fleet.desk.add(State.FAILED, reason="validation_rule")
        fleet.desk.add(age=3600)
        fleet.receiver.status = 503
        fleet.process().alerts.look()

    assert 2 == len(other.posts)
    # Also by the ping.
    assert 2 == fleet.receiver.asked


def test_receiver_is_away(fleet: Fleet) -> None:
    """What could not be told is told later, once, and other channels hear of it at once."""
    fleet.more_channels = [Webhook(f"http://127.0.0.1:{free_port()}/other", name="dead")]
    fleet.desk.add(State.FAILED, reason="validation_rule")
    one = fleet.process()
    fleet.receiver.status = 503
    one.alerts.look()
    fleet.receiver.status = 200
    one.alerts.look()
    assert [] == fleet.receiver.posts
    fleet.pass_time(40)
    one.alerts.look()
    fleet.pass_time(40)
    one.alerts.look()

    assert 1 == len(fleet.receiver.posts)


class Broken:
    """A channel with a bug."""

    name = "broken"

    def tell(self, message: Message) -> None:
        raise KeyError(message.title)


def test_channel_with_a_bug(fleet: Fleet) -> None:
    """The other channels are told, and the ping goes out."""
    fleet.desk.add(State.FAILED, reason="validation_rule")
    process = fleet.process()
    alerts = replace(process.alerts, channels=[Broken(), *process.alerts.channels])
    alerts.look()

    assert 1 == len(fleet.receiver.posts)
    assert 1 == fleet.receiver.pings


def test_reconcile_fails(fleet: Fleet) -> None:
    """That jtel cannot be asked is told when it has lasted, once; of a source that is not reconciled, never."""
    error = RingbackError(Reason.JTEL_LOGIN_REFUSED, "jtel does not take the token.")
    runs = ReconcileRuns(fleet.database)
    for source in ("default", "berlin-2"):
        runs.note(source, error)
    one = fleet.process()
    config = one.in_force.loaded.config
    reconciled = replace(config.sources["default"], reconcile=ReconcileOptions(frozenset({235})))
    one.in_force.take(Loaded(replace(config, sources={**config.sources, "default": reconciled}), "hash"))
    one.alerts.look()
    at_once = list(fleet.receiver.texts)
    fleet.pass_time(1000.0)
    one.alerts.look()
    one.alerts.look()
    (told,) = fleet.receiver.texts
    runs.note("default", None)
    fleet.pass_time(LATER)
    one.alerts.look()

    assert [] == at_once
    assert told.startswith("Ringback (acme.my): source default cannot be reconciled with jtel: jtel_login_refused")
    assert "jtel does not take the token. The jtel admin acts" in told
    assert 2 == len(fleet.receiver.texts)
