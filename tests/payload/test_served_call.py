"""jtel's telephony event in the forms that it may be sent in."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from app.domain.errors import PayloadError
from app.domain.reasons import Reason
from app.domain.served_call import ServedCall
from app.domain.source import Source
from app.payload import read_served_call

BERLIN = Source("default", ZoneInfo("Europe/Berlin"), "DE")
RECEIVED = datetime(2026, 11, 28, 9, 42, 30, tzinfo=UTC)
NUMBER = "+4930901820"
CALLED = datetime(2026, 11, 28, 10, 42, 13, tzinfo=ZoneInfo("Europe/Berlin"))
VALUES: dict[str, object] = {"caller": "4930901820", "date_time": "2026-11-28T10:42:13", "agent_uid": "aberg"}


def read(values: dict[str, object], query: bytes = b"") -> ServedCall:
    return read_served_call(json.dumps(values).encode(), query, BERLIN, RECEIVED)


@pytest.mark.parametrize(
    ("body", "query"),
    [
        (json.dumps(VALUES).encode(), b""),
        (json.dumps({f"${name}": value for name, value in VALUES.items()}).encode(), b""),
        (json.dumps({name.upper(): value for name, value in VALUES.items()}).encode(), b""),
        (b'{"Caller": 4930901820, "DateTime": "2026-11-28T10:42:13", "AgentUID": "aberg"}', b""),
        (b'{"records": [{"CallerID": "4930901820", "date-time": "2026-11-28T10:42:13", "agentUid": "aberg"}]}', b""),
        (urlencode(VALUES).encode(), b""),
        (b"$caller=+4930901820&$date_time=2026-11-28 10:42:13&$agent_uid=aberg", b""),
        (b"", urlencode(VALUES).encode()),
        (b"caller=030%20901820&agent_uid=aberg", b"date_time=2026-11-28%2010:42:13"),
        (b"\xef\xbb\xbf" + json.dumps(VALUES).encode() + b"\x00", b""),
    ],
)
def test_forms(body: bytes, query: bytes) -> None:
    """JSON, form and query, with and without the dollar, in any case: the same call."""
    call = read_served_call(body, query, BERLIN, RECEIVED)

    assert (NUMBER, CALLED, "aberg") == (call.number, call.at, call.agent)
    assert read(VALUES).identity == call.identity


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-28T10:42:13",
        "2026-11-28 10:42:13",
        "2026-11-28T10:42:13.000",
        "2026-11-28T09:42:13Z",
        "2026-11-28T10:42:13+01:00",
        "28.11.2026 10:42:13",
        "28.11.2026, 10:42:13",
        "2026/11/28 10:42:13",
        "20261128104213",
        "20261128 104213",
        "20261128T104213",
        "2026-11-28_10:42:13",
        "1795858933",
        "1795858933000",
    ],
)
def test_times(written: str) -> None:
    """However the time is written it is the same moment, and the same call."""
    call = read({**VALUES, "date_time": written})

    assert CALLED == call.at
    assert read(VALUES).identity == call.identity


@pytest.mark.parametrize("times", [("soon", "later"), ("05/11/2026 10:42:13", "11/05/2026 10:42:13")])
def test_time_that_nobody_can_read(times: tuple[str, str]) -> None:
    """It counts as the time of the request, and still tells the call from others; so does what may be two days."""
    first, second = (read({**VALUES, "date_time": written}) for written in times)

    assert RECEIVED == first.at == second.at
    assert first.identity != second.identity


@pytest.mark.parametrize(
    "number", ["anonymous", "", None, "NULL", "$caller", "${caller}", "110", "0", "sip:anna@pbx", -1]
)
def test_caller_who_cannot_be_told(number: object) -> None:
    """It is no error: there is only nobody to look for."""
    assert read({**VALUES, "caller": number}).number is None


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        ({"agent_uid": "aberg"}, "aberg"),
        ({"agent_uid": "aberg", "agent_firstname": "Anna", "agent_name": "Berg"}, "Anna Berg (aberg)"),
        ({"agent_uid": "aberg", "agent_firstname": "Anna", "agent_name": "Anna Berg"}, "Anna Berg (aberg)"),
        ({"agent_uid": "$agent_uid", "agent_nickname": "Anna"}, "Anna"),
        ({"agent_id": 17, "agent_uid": ""}, "17"),
        ({"agent_uid": "a\r\nb" * 100}, ("a b" * 100)[:100]),
        ({"agent_uid": None}, None),
    ],
)
def test_agents(agent: dict[str, object], label: str | None) -> None:
    """The agent is named as jtel names them, in one line."""
    call = read({**VALUES, **agent})

    assert label == call.agent
    assert call.said.endswith(f"and spoke to {label}." if label else "and was served.")
    assert "\n" not in call.said


def test_german() -> None:
    """A German source's comment is German, and the call is the same one."""
    german = replace(BERLIN, language="de")
    named, nameless = (
        read_served_call(json.dumps({**VALUES, "agent_uid": agent}).encode(), b"", german, RECEIVED)
        for agent in ("a{b}erg", None)
    )

    begin = "Der Anrufer hat am 28.11.2026 um 10:42 Uhr erneut angerufen und"
    assert [f"{begin} mit a{{b}}erg gesprochen.", f"{begin} wurde bedient."] == [named.said, nameless.said]
    assert read({**VALUES, "agent_uid": "a{b}erg"}).identity == named.identity


@pytest.mark.parametrize(
    "other", [{"caller": "4930901821"}, {"date_time": "2026-11-28T10:42:14"}, {"agent_uid": "bert"}]
)
def test_other_calls(other: dict[str, object]) -> None:
    """Another caller, time or agent is another call."""
    assert read(VALUES).identity != read({**VALUES, **other}).identity


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"date_time": "2026-11-28T10:42:13"}, Reason.NUMBER_MISSING),
        ({"caller": "4930901820"}, Reason.CALL_TIME_MISSING),
        ({"caller": "4930901820", "date_time": ""}, Reason.CALL_TIME_MISSING),
        ({"caller": "4930901820", "date_time": "$date_time"}, Reason.CALL_TIME_MISSING),
        ({}, Reason.NUMBER_MISSING),
    ],
)
def test_what_was_not_set(values: dict[str, object], reason: Reason) -> None:
    """What the telephony event does not even send is told to who sets it, without a value of the caller."""
    with pytest.raises(PayloadError) as error:
        read(values)

    assert reason is error.value.reason
    assert "901820" not in error.value.message


@pytest.mark.parametrize("body", [b"", b"[1, 2]", b"{", b"<xml/>", b'{"records": [{}, {}]}', b"\x00" * 50])
def test_what_is_no_call(body: bytes) -> None:
    """It is refused with a reason, and with nothing else."""
    with pytest.raises(PayloadError):
        read_served_call(body, b"", BERLIN, RECEIVED)
