"""jtel's REST API as one table. The client, the commands, the sandbox and docs/jtel-api.md go by it.

It imports nothing else of Ringback, since the sandbox reads it, too.
"""

from collections.abc import Mapping
from typing import Any

from app.jtel.call import ERRORS_OF_ALL, VERSION, JtelAnswer, JtelCall, Parameter, Where
from app.jtel.parameters import CLONE, CREATE, LANGUAGE, NAME, VALUE, by_id, by_part
from app.jtel.undocumented import PRIORITY, VALUE_IN_QUERY

__all__ = ["CALLS", "ERRORS_OF_ALL", "PRIORITY", "VERSION", "JtelAnswer", "JtelCall", "Parameter", "Where"]

_WIKI = "https://wiki.jtel.de/display/JPW/"
_EVENTS = _WIKI + "AcdEvents+REST+API+-+AcdEvent+Functions"
_TYPES = "https://wiki.jtel.de/pages/viewpage.action?pageId=17697214"
_GROUPS = _WIKI + "Master+Data+REST+API+-+AcdGroups+Functions"
_USERS = _WIKI + "Master+Data+REST+API+-+Users+Functions"
_NUMBERS = _WIKI + "Master+Data+REST+API+-+ServiceNumbers+Functions"
_VARIABLES = _WIKI + "Cockpit+Variables+REST+API+-+CockpitVariables+Functions"
_CAMPAIGNS = "https://wiki.jtel.de/x/rgMOAQ"

_EVENT_ID = by_id("AcdEventsID", "the event")
_GROUP_ID = by_id("AcdGroupsID", "the group")
_USER_ID = by_id("UsersID", "the user")
_NUMBER_ID = by_id("ServiceNumbersID", "the service number")
_VARIABLE_ID = by_id("CockpitVariablesID", "the variable")
_CAMPAIGN_ID = by_id("DiallerCampaignsID", "the campaign")
_VARIABLE = "/cockpitVariables/cockpitVariable/{CockpitVariablesID}"
_CAMPAIGN = "/dialler/campaigns/campaign"
_ONE_CAMPAIGN = _CAMPAIGN + "/{DiallerCampaignsID}"


def _list(name: str, command: str, does: str, path: str, source: str, record: str, **more: Any) -> JtelCall:
    return JtelCall(name, command, does, "GET", path, JtelAnswer.LIST, source, record, **more)


def _get(name: str, command: str, does: str, path: str, source: str, record: str, **more: Any) -> JtelCall:
    return JtelCall(name, command, does, "GET", path, JtelAnswer.RECORD, source, record, **more)


def _done(name: str, command: str, does: str, method: str, path: str, **more: Any) -> JtelCall:
    return JtelCall(name, command, does, method, path, JtelAnswer.DONE, _CAMPAIGNS, **more)


_ROWS = (
    _list("events", "events list", "all events", "/acd/events", _EVENTS, "AcdEvent", ordered_by="dtCreated"),
    _get(
        "event", "events get", "one event", "/acd/events/event/{AcdEventsID}", _EVENTS, "AcdEvent", parameters=_EVENT_ID
    ),
    JtelCall(
        "create_event",
        "events create",
        "creates an event, or updates the one that is there",
        "POST",
        "/acd/events/create",
        JtelAnswer.CREATED,
        _EVENTS,
        "AcdEvent",
        CREATE,
    ),
    _list("event_types", "events types", "the types of events", "/acd/events/types", _TYPES, "AcdEventType"),
    _list("event_status", "events status", "what events may be", "/acd/events/status", _TYPES, "AcdEventStatus"),
    _list("groups", "groups list", "all ACD groups", "/acd/groups", _GROUPS, "AcdGroup", ordered_by="Name"),
    _get(
        "group", "groups get", "one group", "/acd/groups/group/{AcdGroupsID}", _GROUPS, "AcdGroup", parameters=_GROUP_ID
    ),
    _list(
        "groups_named",
        "groups named",
        "the ACD groups with this in their name",
        "/acd/groups/group",
        _GROUPS,
        "AcdGroup",
        parameters=by_part("a group"),
    ),
    _list("users", "users list", "all users", "/users", _USERS, "User", ordered_by="UID"),
    _get("user", "users get", "one user", "/users/user/{UsersID}", _USERS, "User", parameters=_USER_ID),
    _list(
        "service_numbers",
        "service-numbers list",
        "all service numbers",
        "/serviceNumbers",
        _NUMBERS,
        "ServiceNumber",
        ordered_by="Name2",
    ),
    _get(
        "service_number",
        "service-numbers get",
        "one service number",
        "/serviceNumbers/serviceNumber/{ServiceNumbersID}",
        _NUMBERS,
        "ServiceNumber",
        parameters=_NUMBER_ID,
    ),
    _list(
        "variables",
        "variables list",
        "all cockpit variables",
        "/cockpitVariables",
        _VARIABLES,
        "CockpitVariable",
        ordered_by="Name",
    ),
    _get(
        "variable",
        "variables get",
        "one cockpit variable",
        _VARIABLE,
        _VARIABLES,
        "CockpitVariable",
        parameters=_VARIABLE_ID,
    ),
    JtelCall(
        "set_variable",
        "variables set",
        "sets a cockpit variable",
        "PATCH",
        _VARIABLE + ("/setValue" if VALUE_IN_QUERY else "/setValue/{value}"),
        JtelAnswer.RESULT,
        _VARIABLES,
        parameters=(*_VARIABLE_ID, VALUE),
    ),
    _list(
        "campaigns",
        "campaigns list",
        "all dialler campaigns",
        "/dialler/campaigns",
        _CAMPAIGNS,
        "DiallerCampaign",
        ordered_by="Name",
    ),
    _get(
        "campaign",
        "campaigns get",
        "one dialler campaign",
        "/dialler/campaigns/{DiallerCampaignsID}",
        _CAMPAIGNS,
        "DiallerCampaign",
        parameters=_CAMPAIGN_ID,
    ),
    _list(
        "campaigns_named",
        "campaigns named",
        "the dialler campaigns with this in their name",
        _CAMPAIGN,
        _CAMPAIGNS,
        "DiallerCampaign",
        parameters=by_part("a campaign"),
    ),
    _list(
        "result_codes",
        "campaigns result-codes",
        "the result codes of a campaign, in a language",
        f"{_ONE_CAMPAIGN}/resultCodes",
        _CAMPAIGNS,
        "ResultCode",
        parameters=(*_CAMPAIGN_ID, LANGUAGE),
    ),
    _done(
        "clone_campaign",
        "campaigns clone",
        "copies a campaign without its contacts",
        "POST",
        "/dialler/campaigns/clone",
        parameters=CLONE,
        errors=(404, 409),
    ),
    _done(
        "delete_campaign",
        "campaigns delete",
        "deletes a campaign with all its data",
        "DELETE",
        _ONE_CAMPAIGN,
        parameters=_CAMPAIGN_ID,
        errors=(404,),
    ),
    _done(
        "delete_campaign_named",
        "campaigns delete-named",
        "deletes a campaign with all its data, by its name",
        "DELETE",
        _CAMPAIGN,
        parameters=(NAME,),
        errors=(404,),
    ),
)
CALLS: Mapping[str, JtelCall] = {call.name: call for call in _ROWS}
