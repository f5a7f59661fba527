"""Every call of the table is served, to the client that goes by the same table."""

from collections.abc import Callable
from typing import Any

import pytest

from app.jtel.calls import CALLS
from app.jtel.client import JtelClient
from app.jtel.new_event import NewEvent

Asked = Callable[[JtelClient], Any]


def cloned(jtel: JtelClient) -> Any:
    jtel.clone_campaign("Campaign 1000", "Another")
    return jtel.campaigns_named("Another")


def deleted(jtel: JtelClient) -> Any:
    jtel.delete_campaign(538)
    return jtel.campaigns()


def deleted_by_name(jtel: JtelClient) -> Any:
    jtel.delete_campaign_named("Campaign 1000")
    return jtel.campaigns()


EACH: dict[str, tuple[Asked, Callable[[Any], bool]]] = {
    "events": (lambda jtel: [event.id for event in jtel.events()], lambda got: got == [4700, 4701]),
    "event": (lambda jtel: jtel.event(4700), lambda got: got.user_data == "123456"),
    "create_event": (
        lambda jtel: jtel.create_event(NewEvent("4930901821", "Offer", group_id=235)),
        lambda got: got.event.id > 4701 and not got.updated,
    ),
    "event_types": (
        lambda jtel: jtel.event_types(),
        lambda got: got[2].fields["ShortText"] == "AcdEventTypes.Callback",
    ),
    "event_status": (lambda jtel: jtel.event_status(), lambda got: [one.id for one in got][2:4] == [2, 4]),
    "groups": (lambda jtel: [group.name for group in jtel.groups()], lambda got: got == sorted(got)),
    "group": (lambda jtel: jtel.group(235), lambda got: got.fields["ForeignSystemID"] == "SERVICE_B2B"),
    "groups_named": (lambda jtel: [group.id for group in jtel.groups_named("service")], lambda got: got == [236, 238]),
    "users": (lambda jtel: [user.id for user in jtel.users()], lambda got: got == [31, 32]),
    "user": (lambda jtel: jtel.user(31), lambda got: got.fields["UID"] == "berger"),
    "service_numbers": (lambda jtel: jtel.service_numbers(), lambda got: len(got) == 2),
    "service_number": (lambda jtel: jtel.service_number(11), lambda got: got.fields["Name"] == "4930901820"),
    "variables": (lambda jtel: jtel.variables(), lambda got: [one.id for one in got] == [193, 192]),
    "variable": (lambda jtel: jtel.variable(192), lambda got: got.name == "Test Cockpit Variable"),
    "set_variable": (lambda jtel: jtel.set_variable(192, 7), lambda got: got.error == ""),
    "campaigns": (lambda jtel: jtel.campaigns(), lambda got: [one.name for one in got] == ["Campaign 1000"]),
    "campaign": (lambda jtel: jtel.campaign(538), lambda got: got.fields["ContactPreviewTime"] == 5),
    "campaigns_named": (lambda jtel: jtel.campaigns_named("1000"), lambda got: [one.id for one in got] == [538]),
    "result_codes": (
        lambda jtel: jtel.result_codes(538, 2),
        lambda got: got[2].fields["Content"] == "Maximale Versuche",
    ),
    "clone_campaign": (
        cloned,
        lambda got: [one.id for one in got] == [539],
    ),
    "delete_campaign": (deleted, lambda got: got == []),
    "delete_campaign_named": (
        deleted_by_name,
        lambda got: got == [],
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_client_understands_it(client: JtelClient, name: str) -> None:
    """A call that is added to the table and not served fails here."""
    asked, is_right = EACH[name]
    got = asked(client)

    assert is_right(got), got
