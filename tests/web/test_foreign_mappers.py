"""Mappers of others that go wrong in a running Ringback."""

import time

import pytest

from tests.support.ringback import RunningRingback

RULES = """
rules:
  - {name: fails, when: {AcdGroupsID: 1}, mapper: "tests.mapping.mappers:Failing"}
  - {name: leaves, when: {AcdGroupsID: 2}, mapper: "tests.mapping.mappers:Leaving"}
  - {name: stalls, when: {AcdGroupsID: 3}, mapper: "tests.mapping.mappers:Stalling"}
  - {name: loops, when: {AcdGroupsID: 4}, mapper: "tests.mapping.mappers:Endless"}
  - {name: stops, when: {AcdGroupsID: 5}, mapper: "tests.mapping.mappers:Raising", with: {raised: KeyboardInterrupt}}
  - {name: closes, when: {AcdGroupsID: 6}, mapper: "tests.mapping.mappers:Raising", with: {raised: GeneratorExit}}
  - {name: half, when: {AcdGroupsID: 7}, mapper: "tests.mapping.mappers:Raising", with: {raised: HalfAnError}}
  - {name: is-lazy, when: {AcdGroupsID: 8}, mapper: "tests.mapping.mappers:Lazy"}
  - {name: everyone-else, fields: {Subject: "{{ caller }}"}}
"""
NUMBER = "+4930901820"


@pytest.fixture(scope="module")
def running(shared_sandbox, tmp_path_factory):
    """A Ringback with one process, so that whatever a mapper does to it is felt."""
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "ringback.yaml").write_text(RULES)
    settings = {"RINGBACK_CONFIG": str(folder / "ringback.yaml"), "WEB_CONCURRENCY": "1"}
    with RunningRingback(shared_sandbox.url, folder / "log", settings) as ringback:
        yield ringback


@pytest.mark.parametrize(
    ("group", "rule", "said"),
    [
        (1, "fails", "tests.mapping.mappers:Failing failed with KeyError"),
        (2, "leaves", "tests.mapping.mappers:Leaving failed with SystemExit"),
        (3, "stalls", "tests.mapping.mappers:Stalling has not finished within 2 s"),
        (4, "loops", "tests.mapping.mappers:Endless has not finished within 2 s"),
        (5, "stops", "tests.mapping.mappers:Raising failed with KeyboardInterrupt"),
        (6, "closes", "tests.mapping.mappers:Raising failed with GeneratorExit"),
        (7, "half", "tests.mapping.mappers:Raising failed with HalfAnError"),
        (8, "is-lazy", "tests.mapping.mappers:Lazy failed with SystemExit"),
    ],
)
def test_it_is_refused_and_the_others_go_on(running, event_id, group, rule, said):
    """The answer names rule and class, the callback is kept, the log has the line, and the next one is delivered."""
    started = time.monotonic()
    refused = running.post({"AcdEventsID": event_id, "CallbackNumber": NUMBER, "AcdGroupsID": group})
    seconds = time.monotonic() - started
    created = running.post({"AcdEventsID": event_id + 1_000_000, "CallbackNumber": NUMBER})

    assert (500, "refused", rule, "mapping_failed") == (
        refused.status,
        *(refused.body[key] for key in ("status", "rule", "reason")),
    )
    assert said in refused.body["message"]
    assert NUMBER not in refused.body["message"]
    assert ("refused", rule) == next(
        (one["state"], one["rule"]) for one in running.entries() if one["event_id"] == str(event_id)
    )
    assert 15 > seconds
    assert (200, "created") == (created.status, created.body["status"])
    logged = [line for line in running.log_lines() if line.get("event") == "mapper_failed"]
    assert logged[-1]["where"].startswith("mappers.py:")
