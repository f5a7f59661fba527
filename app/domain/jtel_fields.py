"""The names that jtel documents for a callback: createCallback v4 (flat) and the AcdEvent record of its REST API."""

FLAT_FIELDS = (
    "Caller",
    "CallbackNumber",
    "ServiceNumbersNumber",
    "ServiceNumbersName",
    "AcdGroupsID",
    "AcdGroupsName",
    "AcdGroupsForeignSystemID",
    "dtCallStart",
    "dtCallEnd",
    "ID",
    "AcdEventsID",
    "Subject",
    "Body",
    "CreatingUsersID",
    "CreatingUsersUID",
    "CreatingUsersNickName",
    "TargetUsersID",
    "TargetUsersUID",
    "TargetUsersNickName",
    "SalesforceId",
    "SalesforceQueryResult",
)
RECORD_FIELDS = ("AcdEventTypesID", "Sender", "Receiver", "EventData", "UserData", "UsersID", "dtCreated")
JTEL_FIELDS = FLAT_FIELDS + RECORD_FIELDS

# What a source's `groups:` may fill in, because the record form knows a group by its id only.
GROUP_FIELDS = ("AcdGroupsName", "AcdGroupsForeignSystemID")
