"""Mappers of others that go wrong: each names itself, and harms nobody but its own callbacks."""

import json
import threading
import time
import traceback

import pytest

from app.domain.errors import MappingError
from app.domain.reasons import Reason
from app.mapping import foreign
from app.mapping.config import load_config
from app.payload import read
from tests.mapping.mappers import Raising
from tests.mapping.test_page import CALLBACK
from tests.payload.reading import RECEIVED_AT


@pytest.fixture
def said_by(tmp_path):
    """What is said when a mapper of `tests.mapping.mappers`, with these options, gets a callback."""
    rules = {}

    def apply(mapper, **options):
        if mapper not in rules or options:
            path = tmp_path / "ringback.yaml"
            lines = ["name: all", f"mapper: tests.mapping.mappers:{mapper}", f"with: {json.dumps(options)}"]
            path.write_text("rules:\n  - " + "\n    ".join(lines) + "\n")
            rules[mapper] = load_config(path)
        config = rules[mapper]
        callback = read(json.dumps(CALLBACK).encode(), b"", config.sources["default"], RECEIVED_AT)
        with pytest.raises(MappingError) as caught:
            config.rules[0].apply(callback)
        assert Reason.MAPPING_FAILED is caught.value.reason
        return caught.value.message

    return apply


@pytest.mark.parametrize(
    ("mapper", "said"),
    [
        ("Failing", "failed with KeyError. Its developer has to mend it."),
        ("Leaving", "failed with SystemExit. Its developer has to mend it."),
        ("Changing", "failed with TypeError. Its developer has to mend it."),
        ("ReturnsNothing", "returned no Record. Its developer has to mend it."),
        ("Refusing", "says: The group has no owner. Add it to `owners`."),
    ],
)
def test_it_names_itself(said_by, mapper, said):
    """The rule, its line and the class stand before what happened."""
    assert f"Rule all (ringback.yaml:3): the mapper tests.mapping.mappers:{mapper} {said}" == said_by(mapper)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("naive", "gives Due__c a time without zone"),
        ("list", "gives Tags__c a value that is no text, number, date, true, false or Ref"),
        ("number", "gives 7 a value that is no text, number, date, true, false or Ref"),
        ("pairs", "returned a Record that is not made like"),
        ("nameless", "returned a Record that is not made like"),
        ("class", "returned no Record"),
    ],
)
def test_what_cannot_be_written_is_told(said_by, made, said):
    """What is no record, or no value, is found before Salesforce gets it."""
    assert f"the mapper tests.mapping.mappers:Odd {said}" in said_by("Odd", made=made)


@pytest.mark.parametrize("raised", Raising.RAISED)
def test_whatever_it_raises(said_by, raised):
    """Also what is no `Exception`, or half of one, is the mapper's failure, and nothing of what it says is told."""
    said = said_by("Raising", raised=raised)

    kind = "MappingError" if raised == "field" else raised
    assert said.endswith(f"tests.mapping.mappers:Raising failed with {kind}. Its developer has to mend it.")


@pytest.mark.parametrize(
    ("mapper", "options", "said"),
    [
        ("Lazy", {}, "failed with SystemExit"),
        ("LazyAndStalling", {}, "has not finished within 0.1 s"),
        ("CannotBeCopied", {}, "failed with NoException"),
        ("Odd", {"made": "require-none"}, "returned a Record that is not made like"),
        ("EverNewFields", {}, "Rule all: No value."),
    ],
)
def test_nothing_of_it_runs_outside(said_by, monkeypatch, mapper, options, said):
    """What a record does when it is looked at, and a mapper when it is copied, are under guard as well."""
    monkeypatch.setattr(foreign, "LIMIT_SECONDS", 0.1 if mapper == "LazyAndStalling" else 10)

    assert said in said_by(mapper, **options)


@pytest.mark.parametrize("mapper", ["Stalling", "Endless", "SlowSteps"])
def test_one_that_stalls_is_left(said_by, monkeypatch, mapper):
    """It is waited for within one limit for all its steps, and for a while no more when it has stalled too often."""
    monkeypatch.setattr(foreign, "LIMIT_SECONDS", 0.1)
    monkeypatch.setattr(foreign, "MOST_STALLED", 2)

    said = [said_by(mapper).split(f"{mapper} ")[1] for _ in range(4)]

    in_time = "has not finished within 0.1 s. Its developer has to mend it."
    for_now = "has stalled 2 times lately, so it is not called for now. Its developer has to mend it."
    assert [in_time, in_time, for_now, for_now] == said


def test_an_endless_loop_is_ended(said_by, monkeypatch):
    """It does not go on slowing the others down."""
    monkeypatch.setattr(foreign, "LIMIT_SECONDS", 0.1)
    before = set(threading.enumerate())
    said_by("Endless")

    for thread in set(threading.enumerate()) - before:
        thread.join(30)
        assert not thread.is_alive()


class Deaf:
    """What it is told while it goes is lost."""

    def __del__(self) -> None:
        while True:
            pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_loop_that_does_not_hear_is_ended():
    """An exit that is raised within the collector's callbacks is swallowed, so it is said again."""

    def loop() -> None:
        Deaf()
        while True:
            pass

    before = set(threading.enumerate())
    with pytest.raises(foreign.StalledError):
        foreign.Foreign[None](0.1).call(loop)

    for thread in set(threading.enumerate()) - before:
        thread.join(30)
        assert not thread.is_alive()


def test_one_that_has_come_back_is_called_again(monkeypatch):
    """A call that took too long counts until it has ended, and for a while longer."""
    monkeypatch.setattr(foreign, "LIMIT_SECONDS", 0.1)
    monkeypatch.setattr(foreign, "MOST_STALLED", 1)
    monkeypatch.setattr(foreign, "REST_SECONDS", 0.0)
    calls, go = foreign.Foreign[int](), threading.Event()
    with pytest.raises(foreign.StalledError, match="within"):
        calls.call(lambda: go.wait(30) and 1)
    with pytest.raises(foreign.StalledError, match="1 times lately"):
        calls.call(lambda: 2)
    go.set()
    monkeypatch.setattr(foreign, "LIMIT_SECONDS", 30)

    assert 3 == _in_a_while(lambda: calls.call(lambda: 3))


def _in_a_while(call):
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            return call()
        except foreign.StalledError:
            time.sleep(0.01)
    raise AssertionError("it is still not called")


def test_the_log_tells_where(said_by, monkeypatch):
    """The cause leads to the line of the mapper that does not come back."""
    monkeypatch.setattr(foreign, "LIMIT_SECONDS", 0.1)
    calls = foreign.Foreign[None]()
    with pytest.raises(foreign.StalledError) as caught:
        calls.call(lambda: time.sleep(5))

    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (__file__, "calls.call(lambda: time.sleep(5))") == (last.filename, last.line)


def test_the_built_in_one_can_be_extended(tmp_path):
    """A subclass of `CaseMapper` makes what that makes, and more."""
    path = tmp_path / "ringback.yaml"
    path.write_text(
        "rules:\n  - name: all\n    mapper: tests.mapping.mappers:Marked\n    fields: {Subject: '{{ event_id }}'}\n"
    )
    config = load_config(path)
    callback = read(json.dumps(CALLBACK).encode(), b"", config.sources["default"], RECEIVED_AT)

    fields = config.rules[0].apply(callback).fields

    assert {"Subject": callback.event_id, "Mark__c": "own"}.items() <= fields.items()
