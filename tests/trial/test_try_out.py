"""What the console tries is what delivery does, and it takes no longer than it may."""

import json
import os
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from app.cli.mapped_json import trial_as_json
from app.crm.salesforce.sent import to_json
from app.delivery.attempt import map_by
from app.delivery.courier.sending import Sending
from app.domain.errors import ConfigError, RingbackError
from app.domain.record import Record, Ref
from app.mapping.codes import Severity
from app.mapping.config import load_config, read_pasted
from app.mapping.described import written
from app.mapping.rules import Config
from app.payload import read
from app.trial.payload import Payload, Trial, try_rules, usual_source
from app.trial.try_out import LONGEST_CONFIG, LONGEST_PAYLOAD, NotTriedError, TryOut
from tests.payload.strategies import PROPERTY
from tests.support.patience import SOON
from tests.trial.generated import configurations, payloads
from tests.trial.rules import NOW, payload_of

# `make pairs` tries more.
EXAMPLES = int(os.environ.get("RINGBACK_TEST_EXAMPLES", "60"))
PLAIN = "rules: [{name: all, fields: {Subject: live}}]"
OTHER = "rules: [{name: all, fields: {Subject: '{{ subject }}'}}]"
CAME = datetime(2026, 11, 21, 10, 42, tzinfo=UTC)


@pytest.fixture
def live(tmp_path: Path) -> Config:
    file = tmp_path / "live.yaml"
    file.write_text(PLAIN)
    return load_config(file)


def sent_bytes(record: Record) -> bytes:
    """What goes over the wire for it, but that a reference is not looked up."""
    fields = {
        name: written(value) if isinstance(value, Ref) else to_json(value) for name, value in record.fields.items()
    }
    others = {"failed": dict(record.failed), "cut": dict(record.cut), "require": sorted(record.require)}
    return json.dumps({"object": record.object, "fields": fields, **others}).encode()


def delivered_bytes(config: Config, body: bytes, query: bytes) -> bytes:
    """What delivery makes of it, by delivery's own functions."""
    try:
        callback = read(body, query, config.sources[usual_source(config)], CAME)
    except RingbackError as error:
        return refused_bytes(error)
    mapped = map_by(config.rule_for(callback), callback)
    if isinstance(mapped, RingbackError):
        return refused_bytes(mapped)
    assert isinstance(mapped, Record)
    return sent_bytes(Sending.of(mapped).record)


def refused_bytes(error: RingbackError) -> bytes:
    return json.dumps([error.reason.word, error.message]).encode()


def tried_bytes(trial: Trial) -> bytes:
    if trial.record:
        return sent_bytes(trial.record)
    assert trial.trouble
    return refused_bytes(trial.trouble)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `ringback map` finds its files. Their name is that of what is pasted, since origins name it."""
    return tmp_path_factory.mktemp("generated")


def test_it_says_what_delivery_does(folder: Path) -> None:
    """In the console, by `ringback map` and at delivery the same comes of it, byte for byte; or none reads it.

    Many of the pairs are mapped, some refused: else this would show nothing.
    """
    kinds: Counter[str] = Counter()

    @settings(PROPERTY, max_examples=EXAMPLES)
    @given(configurations(), payloads())
    def hold(text: str, payload: tuple[bytes, bytes]) -> None:
        kinds[kind_of(folder, text, payload)] += 1

    hold()
    assert kinds["mapped"] > EXAMPLES / 6, kinds
    assert kinds["refused"] > EXAMPLES / 50, kinds


def kind_of(folder: Path, text: str, payload: tuple[bytes, bytes]) -> str:
    """What comes of the pair, once all three have said the same."""
    file = folder / "pasted.yaml"
    file.write_text(text, encoding="utf-8")
    pasted, problems = read_pasted(text)
    if pasted is None:
        with pytest.raises(ConfigError) as caught:
            load_config(file)
        assert caught.value.problems == [f"{folder}/{one}" for one in problems if one.severity is Severity.ERROR]
        return "wrong"
    config, sent = load_config(file), Payload("it", *payload, None, CAME)
    tried = TryOut(SOON).run(sent, config, text, NOW).compared
    assert tried is not None
    console, command = tried.new, try_rules(sent, config, NOW)

    assert tried_bytes(console) == delivered_bytes(config, *payload)
    shown = json.dumps(trial_as_json(command, None)).replace(f"{folder}/", "")
    assert json.dumps(trial_as_json(console, None)) == shown
    assert tried.changes == ()
    return "refused" if console.trouble else "mapped"


def test_a_pasted_configuration_is_compared_with_the_one_in_force(live: Config) -> None:
    tried = TryOut().run(payload_of(Subject="Offer"), live, OTHER, NOW)

    assert tried.compared is not None
    assert [(one.part, one.old, one.new) for one in tried.compared.changes] == [("fields.Subject", "live", "Offer")]
    assert tried.shown is tried.compared.new


def test_without_one_the_one_in_force_is_tried(live: Config) -> None:
    tried = TryOut().run(payload_of(), live, None, NOW)

    assert tried.shown.record is not None
    assert tried.shown.record.fields["Subject"] == "live"


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("rules: [{name: a, fields: {Subject: '${HOME}'}}]", "knows no environment variables"),
        ("rules: [{name: a, mapper: 'antigravity:Mapper'}]", "is not loaded"),
        ("rules: [{name: a, mapper: 'tests.no_such_module:Mapper'}]", "is not loaded"),
        ("rules: [{name: a, mapper: 'os:system'}]", "is no subclass"),
        ("rules: [{name: a, mapper: 'app.trial.try_out:TryOut'}]", "is no subclass"),
        ("rules: [{name: a, when: {callback_number: {numbers: /etc/passwd}}}]", "reads no files"),
        ("rules: [", "no valid YAML"),
        ("", "wanted is a mapping"),
        ("!!python/object/apply:os.system ['true']", ""),
        ("&a [*a, *a]", ""),
    ],
)
def test_it_reaches_nothing_outside_itself(live: Config, pasted: str, said: str) -> None:
    """No variable, no module that is not loaded, and nothing that YAML could build."""
    tried = TryOut().run(payload_of(), live, pasted, NOW)

    assert tried.compared is None
    assert any(said in str(problem) for problem in tried.problems)
    assert all("pasted.yaml" in str(problem) for problem in tried.problems)


def test_a_mapper_that_is_loaded_may_be_used(live: Config) -> None:
    pasted = "rules: [{name: a, mapper: 'app.mapping.case:CaseMapper', fields: {Subject: x}}]"

    assert TryOut().run(payload_of(), live, pasted, NOW).compared is not None


# Where the exit strikes while an object is being removed, Python says so and goes on; it is struck again.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_takes_long_is_given_up(live: Config) -> None:
    """Thousands of fields, each of which does as much as a template may: they hold nobody up."""
    template = "{{ (Body * 15) | replace('a', 'b') | upper | lower | replace('b', 'c') }}"
    fields = {f"F{number}__c": template for number in range(1500)}
    pasted = json.dumps({"rules": [{"name": "a", "fields": fields}]})
    began, others = time.monotonic(), set(threading.enumerate())

    with pytest.raises(NotTriedError, match="time"):
        TryOut(1.0).run(payload_of(Body="a" * 60_000), live, pasted, NOW)
    assert time.monotonic() - began < SOON
    while any(thread.name == "mapper" for thread in set(threading.enumerate()) - others):
        assert time.monotonic() - began < SOON
        time.sleep(0.01)


def test_one_is_tried_at_a_time(live: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that whatever is pasted takes one processor at most."""
    inside, most, lock = 0, 0, threading.Lock()

    def slow(payload: Payload, *_: Any) -> Trial:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.01)
        with lock:
            inside -= 1
        return Trial(payload, None)

    monkeypatch.setattr("app.trial.try_out.try_rules", slow)
    trying = TryOut(SOON)
    threads = [threading.Thread(target=trying.run, args=(payload_of(), live, None, NOW)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == 1


@pytest.mark.parametrize(
    ("body", "pasted"), [(b"x" * (LONGEST_PAYLOAD + 1), None), (b"{}", "#" * (LONGEST_CONFIG + 1))]
)
def test_what_is_too_much_is_not_tried(live: Config, body: bytes, pasted: str | None) -> None:
    with pytest.raises(NotTriedError, match="size"):
        TryOut().run(Payload("it", body), live, pasted, NOW)
