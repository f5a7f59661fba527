"""jtel's REST API as one table. The client, the commands, the sandbox and docs/jtel-api.md go by it.

It imports nothing else of Ringback, since the sandbox reads it, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from app.jtel.undocumented import PRIORITY, VALUE_IN_QUERY

VERSION = "v1.0"
_WIKI = "https://wiki.jtel.de/display/JPW/"
_EVENTS = _WIKI + "AcdEvents+REST+API+-+AcdEvent+Functions"
_TYPES = "https://wiki.jtel.de/pages/viewpage.action?pageId=17697214"
_GROUPS = _WIKI + "Master+Data+REST+API+-+AcdGroups+Functions"
_USERS = _WIKI + "Master+Data+REST+API+-+Users+Functions"
_SERVICE_NUMBERS = _WIKI + "Master+Data+REST+API+-+ServiceNumbers+Functions"
_VARIABLES = _WIKI + "Cockpit+Variables+REST+API+-+CockpitVariables+Functions"
_CAMPAIGNS = "https://wiki.jtel.de/x/rgMOAQ"


class Where(Enum):
    """Where a parameter stands."""

    PATH = "path"
    QUERY = "query"
    BODY = "body"


class JtelAnswer(Enum):
    """What a call answers with."""

    LIST = "all records, in the envelope of lists"
    RECORD = "one record, in the short envelope"
    CREATED = "the event, new or updated"
    RESULT = "a result from 0 to 4"
    DONE = "not documented; only the status is read"


@dataclass(frozen=True)
class Parameter:
    """`name` is jtel's, `argument` the client's and (with hyphens) the command's."""

    name: str
    argument: str
    where: Where
    type: type[int] | type[str]
    meaning: str
    required: bool = True


@dataclass(frozen=True)
class JtelCall:
    """`name` is the client's method, `command` the words behind `ringback jtel`.

    `path` is that below the client's own address. `record` is the kind of what it answers with, and `ordered_by` the
    field by which a list is ordered. A `repeatable` call may be sent again when nobody knows whether it arrived.
    `errors` are the statuses that its page documents beside those of every call (`ERRORS_OF_ALL`).
    """

    name: str
    command: str
    does: str
    method: str
    path: str
    answer: JtelAnswer
    source: str
    record: str = ""
    parameters: tuple[Parameter, ...] = ()
    ordered_by: str = ""
    errors: tuple[int, ...] = ()

    @property
    def repeatable(self) -> bool:
        """Whether it only reads."""
        return self.method == "GET"

    @property
    def deletes(self) -> bool:
        """Whether something is gone afterwards."""
        return self.method == "DELETE"

    def of(self, where: Where) -> tuple[Parameter, ...]:
        """The parameters that stand there."""
        return tuple(one for one in self.parameters if one.where is where)


# "Return Codes": 400 mostly for a parameter that is missing; 401 token or ClientsID; 404 without a body: no such call.
ERRORS_OF_ALL = (400, 401, 404, 500)


def _id(name: str, what: str) -> tuple[Parameter, ...]:
    return (Parameter(name, "id", Where.PATH, int, f"the id of {what}"),)


def _part(what: str) -> tuple[Parameter, ...]:
    return (Parameter("name", "part", Where.QUERY, str, f"the name of {what}, or a part of it"),)


def _field(name: str, argument: str, type_: type[int] | type[str], meaning: str, required: bool = False) -> Parameter:
    return Parameter(name, argument, Where.BODY, type_, meaning, required)


_CREATE = (
    _field("AcdEventTypesID", "type_id", int, "what it is: 3 is a callback"),
    _field("AcdGroupsID", "group_id", int, "the ACD group, unless the next two are given"),
    _field("AcdConfigurationGroupsID", "configuration_group_id", int, "a configuration group, with an agent group"),
    _field("AcdAgentGroupsID", "agent_group_id", int, "an agent group, with a configuration group"),
    _field("UsersID", "user_id", int, "the user who gets it; without one, the group's queue"),
    _field("Sender", "sender", str, "who asks; of a callback the number in E.164", required=True),
    _field("Receiver", "receiver", str, "who was called; of a callback a service number in E.164"),
    _field("Subject", "subject", str, "any text", required=True),
    _field("Body", "body", str, "a longer text, for callbacks only"),
    _field("CrmURL", "crm_url", str, "a well-formed URL that the agent's screen opens"),
    _field("UserData", "user_data", str, "any text; of a ticket its number in the foreign system"),
    _field(PRIORITY, "priority", int, "0 to 200; jtel's default is 50 (from 3.35)"),
    _field("dtAppointmentDate", "appointment_date", str, "yyyy-mm-dd or yyyymmdd (from 3.35)"),
    _field("dtAppointmentTime", "appointment_time", str, "hh:mm or hhmm (from 3.35)"),
)
_CLONE = (
    _field("source", "source", str, "the name of the campaign to clone", required=True),
    _field("destination", "destination", str, "the name of the new one", required=True),
    _field("userData", "user_data", str, "user data of the new one"),
)
_LANGUAGE = Parameter("languagesID", "language_id", Where.QUERY, int, "1 is English, 2 is German")
_VALUE = Parameter("value", "value", Where.QUERY if VALUE_IN_QUERY else Where.PATH, int, "the value to set")
_NAME = Parameter("name", "name", Where.QUERY, str, "the name of the campaign")
_LIST, _RECORD = JtelAnswer.LIST, JtelAnswer.RECORD

CALLS: Mapping[str, JtelCall] = {
    call.name: call
    for call in (
        JtelCall(
            "events",
            "events list",
            "all events",
            "GET",
            "/acd/events",
            _LIST,
            _EVENTS,
            "AcdEvent",
            ordered_by="dtCreated",
        ),
        JtelCall(
            "event",
            "events get",
            "one event",
            "GET",
            "/acd/events/event/{AcdEventsID}",
            _RECORD,
            _EVENTS,
            "AcdEvent",
            _id("AcdEventsID", "the event"),
        ),
        JtelCall(
            "create_event",
            "events create",
            "creates an event",
            "POST",
            "/acd/events/create",
            JtelAnswer.CREATED,
            _EVENTS,
            "AcdEvent",
            _CREATE,
        ),
        JtelCall(
            "event_types",
            "events types",
            "the types of events",
            "GET",
            "/acd/events/types",
            _LIST,
            _TYPES,
            "AcdEventType",
        ),
        JtelCall(
            "event_status",
            "events status",
            "the status that an event may have",
            "GET",
            "/acd/events/status",
            _LIST,
            _TYPES,
            "AcdEventStatus",
        ),
        JtelCall(
            "groups",
            "groups list",
            "all ACD groups",
            "GET",
            "/acd/groups",
            _LIST,
            _GROUPS,
            "AcdGroup",
            ordered_by="Name",
        ),
        JtelCall(
            "group",
            "groups get",
            "one ACD group",
            "GET",
            "/acd/groups/group/{AcdGroupsID}",
            _RECORD,
            _GROUPS,
            "AcdGroup",
            _id("AcdGroupsID", "the group"),
        ),
        JtelCall(
            "groups_named",
            "groups named",
            "the ACD groups with this in their name",
            "GET",
            "/acd/groups/group",
            _LIST,
            _GROUPS,
            "AcdGroup",
            _part("a group"),
            ordered_by="Name",
        ),
        JtelCall("users", "users list", "all users", "GET", "/users", _LIST, _USERS, "User", ordered_by="UID"),
        JtelCall(
            "user",
            "users get",
            "one user",
            "GET",
            "/users/user/{UsersID}",
            _RECORD,
            _USERS,
            "User",
            _id("UsersID", "the user"),
        ),
        JtelCall(
            "service_numbers",
            "service-numbers list",
            "all service numbers",
            "GET",
            "/serviceNumbers",
            _LIST,
            _SERVICE_NUMBERS,
            "ServiceNumber",
        ),
        JtelCall(
            "service_number",
            "service-numbers get",
            "one service number",
            "GET",
            "/serviceNumbers/serviceNumber/{ServiceNumbersID}",
            _RECORD,
            _SERVICE_NUMBERS,
            "ServiceNumber",
            _id("ServiceNumbersID", "the service number"),
        ),
        JtelCall(
            "variables",
            "variables list",
            "all cockpit variables",
            "GET",
            "/cockpitVariables",
            _LIST,
            _VARIABLES,
            "CockpitVariable",
            ordered_by="Name",
        ),
        JtelCall(
            "variable",
            "variables get",
            "one cockpit variable",
            "GET",
            "/cockpitVariables/cockpitVariable/{CockpitVariablesID}",
            _RECORD,
            _VARIABLES,
            "CockpitVariable",
            _id("CockpitVariablesID", "the variable"),
        ),
        JtelCall(
            "set_variable",
            "variables set",
            "sets a cockpit variable",
            "PATCH",
            "/cockpitVariables/cockpitVariable/{CockpitVariablesID}/setValue",
            JtelAnswer.RESULT,
            _VARIABLES,
            "",
            (*_id("CockpitVariablesID", "the variable"), _VALUE),
        ),
        JtelCall(
            "campaigns",
            "campaigns list",
            "all dialler campaigns",
            "GET",
            "/dialler/campaigns",
            _LIST,
            _CAMPAIGNS,
            "DiallerCampaign",
            ordered_by="Name",
        ),
        JtelCall(
            "campaign",
            "campaigns get",
            "one dialler campaign",
            "GET",
            "/dialler/campaigns/{DiallerCampaignsID}",
            _RECORD,
            _CAMPAIGNS,
            "DiallerCampaign",
            _id("DiallerCampaignsID", "the campaign"),
        ),
        JtelCall(
            "campaigns_named",
            "campaigns named",
            "the dialler campaigns with this in their name",
            "GET",
            "/dialler/campaigns/campaign",
            _LIST,
            _CAMPAIGNS,
            "DiallerCampaign",
            _part("a campaign"),
            ordered_by="Name",
        ),
        JtelCall(
            "result_codes",
            "campaigns result-codes",
            "the result codes of a campaign",
            "GET",
            "/dialler/campaigns/campaign/{DiallerCampaignsID}/resultCodes",
            _LIST,
            _CAMPAIGNS,
            "ResultCode",
            (*_id("DiallerCampaignsID", "the campaign"), _LANGUAGE),
        ),
        JtelCall(
            "clone_campaign",
            "campaigns clone",
            "copies a campaign without its contacts",
            "POST",
            "/dialler/campaigns/clone",
            JtelAnswer.DONE,
            _CAMPAIGNS,
            "",
            _CLONE,
            errors=(404, 409),
        ),
        JtelCall(
            "delete_campaign",
            "campaigns delete",
            "deletes a campaign with all its data",
            "DELETE",
            "/dialler/campaigns/campaign/{DiallerCampaignsID}",
            JtelAnswer.DONE,
            _CAMPAIGNS,
            "",
            _id("DiallerCampaignsID", "the campaign"),
            errors=(404,),
        ),
        JtelCall(
            "delete_campaign_named",
            "campaigns delete-named",
            "deletes a campaign with all its data, by its name",
            "DELETE",
            "/dialler/campaigns/campaign",
            JtelAnswer.DONE,
            _CAMPAIGNS,
            "",
            (_NAME,),
            errors=(404,),
        ),
    )
}
