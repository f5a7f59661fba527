"""jtel's records. Each keeps all fields that came, also those that nobody documents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.jtel.attributes import flag, moment, text, whole
from app.jtel.undocumented import FINAL_STATUS

# The types of events that are named here; `GET /acd/events/types` lists all.
VOICE_MAIL, CALLBACK = 1, 3
# `Result_` of a create that found an event which the group does not want twice.
UPDATED = "UPDATED"


@dataclass(frozen=True, repr=False)
class JtelRecord:
    """`fields` are as jtel gave them. Shown, it says its id only, since it may hold a caller's data."""

    fields: Mapping[str, Any] = field(default_factory=dict)

    id = whole("ID")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id})"


class AcdEvent(JtelRecord):
    """Of a callback, `sender` is the number that asks for it. Times are on jtel's own clock, without a zone."""

    type_id = whole("AcdEventTypesID")
    status_id = whole("AcdEventStatusID")
    group_id = whole("AcdGroupsID")
    user_id = whole("UsersID")
    sender = text("Sender")
    receiver = text("Receiver")
    subject = text("Subject")
    event_data = text("EventData")
    crm_url = text("CrmURL")
    user_data = text("UserData")
    user_data_2 = text("UserData2")
    user_data_3 = text("UserData3")
    foreign_system_number = text("ForeignSystemNumber")
    close_by_foreign_system = flag("bCloseByForeignSystem")
    created = moment("dtCreated")
    received = moment("dtReceived")
    remind = moment("dtRemind")
    modified = moment("dtModified")
    last_modified = moment("dtLastModified")
    last_agent_time = text("LastAgentTime")
    chat_connector_id = whole("ChatConnectorsID")
    work_flow_connector_id = whole("AcdWorkFlowConnectorsID")
    inbox_id = whole("AcdInboxesID")
    monitor_point_id = whole("WorkFlowMonitorPointsID")
    replying_type_id = whole("AcdReplyingTypesID")
    skill_1, skill_value_1 = whole("SkillsID1"), whole("SkillsValue1")
    skill_2, skill_value_2 = whole("SkillsID2"), whole("SkillsValue2")
    skill_3, skill_value_3 = whole("SkillsID3"), whole("SkillsValue3")
    result = text("Result_")

    @property
    def is_callback(self) -> bool:
        """Whether a caller wants to be called back."""
        return self.type_id == CALLBACK

    @property
    def is_final(self) -> bool:
        """Whether jtel is done with it."""
        return self.status_id in FINAL_STATUS


class AcdEventType(JtelRecord):
    """`name` is such as "AcdEventTypes.Callback"."""

    name = text("ShortText")


class AcdEventStatus(JtelRecord):
    """`name` is such as "AcdEventStatus.Done"."""

    name = text("ShortText")


class AcdGroup(JtelRecord):
    """A group of agents, or a configuration group."""

    name = text("Name")


class User(JtelRecord):
    """`uid` is the login."""

    uid = text("UID")


class ServiceNumber(JtelRecord):
    """`name` is the number, `name_2` what people call it."""

    name = text("Name")
    name_2 = text("Name2")


class CockpitVariable(JtelRecord):
    """A number that the cockpit shows and routing may go by."""

    name = text("Name")
    description = text("Description")


class DiallerCampaign(JtelRecord):
    """A campaign of the dialler."""

    name = text("Name")


class ResultCode(JtelRecord):
    """What a call of a campaign came to."""


@dataclass(frozen=True)
class CreatedEvent:
    """`updated` says that the group takes no duplicates and jtel has commented the event that was there."""

    event: AcdEvent
    updated: bool


RECORDS: Mapping[str, type[JtelRecord]] = {
    kind.__name__: kind
    for kind in (
        AcdEvent,
        AcdEventType,
        AcdEventStatus,
        AcdGroup,
        User,
        ServiceNumber,
        CockpitVariable,
        DiallerCampaign,
        ResultCode,
    )
}
