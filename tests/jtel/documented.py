"""jtel's documented examples, with what their pages leave out filled in from their own tables of fields."""

from typing import Any

_EVENT_FIELDS = [
    "ID",
    "AcdEventTypesID",
    "AcdEventStatusID",
    "AcdGroupsID",
    "UsersID",
    "Sender",
    "Receiver",
    "Subject",
    "EventData",
    "CrmURL",
    "UserData",
    "UserData2",
    "UserData3",
    "ForeignSystemNumber",
    "bCloseByForeignSystem",
    "dtCreated",
    "dtReceived",
    "dtRemind",
    "dtModified",
    "dtLastModified",
    "LastAgentTime",
    "SkillsID1",
    "SkillsID2",
    "SkillsID3",
    "SkillsValue1",
    "SkillsValue2",
    "SkillsValue3",
    "ChatConnectorsID",
    "AcdWorkFlowConnectorsID",
    "AcdInboxesID",
    "WorkFlowMonitorPointsID",
    "AcdReplyingTypesID",
]

EVENT: dict[str, Any] = {
    **dict.fromkeys(_EVENT_FIELDS),
    "ID": 4711,
    "AcdEventTypesID": 3,
    "AcdEventStatusID": 20,
    "AcdGroupsID": 235,
    "Sender": "4930901820",
    "Receiver": "49301234567",
    "Subject": "Callback",
    "EventData": '<eventData><urls></urls><body html="true">Please call</body></eventData>',
    "UserData": "123456",
    "bCloseByForeignSystem": False,
    "ChatConnectorsID": 1,
    "dtCreated": "2020-08-09T02:33:50.347",
    "dtLastModified": "2020-08-09T02:33:50.347",
}
TYPES = ("VoiceMail", "Fax", "Callback", "SMS", "Email", "WorkFlowConnector", "Chat")
EVENT_TYPES = [{"ShortText": f"AcdEventTypes.{name}", "ID": number} for number, name in enumerate(TYPES, 1)]
STATUS = {
    0: "EnterSystem", 1: "Distribute", 2: "TransportSMTP", 4: "TransportToGroup", 10: "TransportAgent", 20: "New",
    30: "Seen", 40: "Remind", 98: "ChatClosed", 99: "Done", 100: "Error",
}  # fmt: skip
EVENT_STATUS = [{"ShortText": f"AcdEventStatus.{name}", "ID": number} for number, name in STATUS.items()]
GROUP = {"ID": 235, "Name": "Service B2B"}
USER = {"ID": 12, "UID": "anna.weiss"}
SERVICE_NUMBER = {"ID": 3, "Name": "49301234567", "Name2": "Service", "dtCreated": "2022-06-17T15:19:12.484+02:00"}
VARIABLE = {
    "ID": 192,
    "Name": "Test Cockpit Variable",
    "Description": "Test Cockpit Variable",
    "CounterAbsolute": 0,
    "Counter10Minutes": 0,
    "Counter30Minutes": 0,
    "CounterDay": 0,
    "MinValue": None,
    "MinBGColor": "#DC143C",
    "dtLastModified": "2022-01-04T13:31:37.477546Z",
}
CAMPAIGN = {"ID": 7, "Name": "Campaign 1000", "ClientsID": 1, "LanguagesID": 2, "ContactPreviewTime": 5}
RESULT_CODE = {"ID": 2492, "Name": "No number"}
