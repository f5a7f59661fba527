"""The parameters of jtel's calls."""

from app.jtel.call import Parameter, Where
from app.jtel.undocumented import PRIORITY, VALUE_IN_QUERY


def by_id(name: str, what: str) -> tuple[Parameter, ...]:
    """The id in the path, by jtel's name for it."""
    return (Parameter(name, "id", Where.PATH, int, f"the id of {what}"),)


def by_part(what: str) -> tuple[Parameter, ...]:
    """A name, or a part of one."""
    return (Parameter("name", "part", Where.QUERY, str, f"the name of {what}, or a part of it"),)


def _field(name: str, argument: str, type_: type[int] | type[str], meaning: str, required: bool = False) -> Parameter:
    return Parameter(name, argument, Where.BODY, type_, meaning, required)


CREATE = (
    _field("AcdEventTypesID", "type_id", int, "what it is; 3, a callback, if nothing is said"),
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
CLONE = (
    _field("source", "original", str, "the name of the campaign to clone", required=True),
    _field("destination", "copy", str, "the name of the new one", required=True),
    _field("userData", "user_data", str, "user data of the new one"),
)
LANGUAGE = Parameter("languagesID", "language_id", Where.QUERY, int, "1 is English, 2 is German")
VALUE = Parameter("value", "value", Where.QUERY if VALUE_IN_QUERY else Where.PATH, int, "the value to set")
NAME = Parameter("name", "name", Where.QUERY, str, "the name of the campaign")
