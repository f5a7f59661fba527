"""The forms in which jtel describes a callback: one marshmallow schema each. Encodings and wrappers are off by now.

Sources: the field table of createCallback v4 (jtel wiki, flat form) and the AcdEvents REST API (record form).
"""

from marshmallow import EXCLUDE, Schema

from app.payload.values import EventId, Moment, Number, Text, Whole


class Form(Schema):
    """What both forms share."""

    class Meta:
        unknown = EXCLUDE

    id = EventId("ID", "jtel's id of the event, where `AcdEventsID` is missing", 4711)
    event_type = Whole("AcdEventTypesID", "jtel's type of the event; 3 is a callback", 3)
    group_id = Whole("AcdGroupsID", "the ACD group for which the callback was made", 235)
    group_name = Text("AcdGroupsName", "its name", "B2B")
    group_foreign_id = Text(
        "AcdGroupsForeignSystemID",
        "what the group's field 'Foreign System ID' holds: by it rules tell groups apart",
        "SERVICE_B2B",
    )
    call_start = Moment(
        "dtCallStart", "start of the call, on the clock of the source unless it has an offset", "2026-11-21T10:38:14"
    )
    call_end = Moment("dtCallEnd", "its end", "2026-11-21T10:42:07")
    subject = Text("Subject", "the subject of the callback", "Callback")
    body = Text("Body", "what the caller said; text or HTML", "About the offer")


class Flat(Form):
    """The documented parameters of createCallback: v3 writes numbers with a plus, v4 without."""

    caller = Number("Caller", "the caller's number", "4930901820")
    callback_number = Number("CallbackNumber", "the number to call back", "4930901820")
    service_number = Number("ServiceNumbersNumber", "the number that was called", "49800330000")
    service_name = Text("ServiceNumbersName", "its name", "Service Hotline")
    event_id = EventId("AcdEventsID", "jtel's id of the event: with the source it makes the callback unique", 4711)
    creating_id = Whole("CreatingUsersID", "the jtel user who made it; nothing for the system")
    creating_uid = Text("CreatingUsersUID", "that user's UID")
    creating_nick_name = Text("CreatingUsersNickName", "that user's nick name")
    target_id = Whole("TargetUsersID", "the jtel user whom it is for")
    target_uid = Text("TargetUsersUID", "that user's UID")
    target_nick_name = Text("TargetUsersNickName", "that user's nick name")
    salesforce_id = Text(
        "SalesforceId", "the Salesforce record that the IVR found; 15 or 18 characters", "0035g00000AbCdEAAV"
    )
    salesforce_query_result = Whole(
        "SalesforceQueryResult", "what the IVR's last search found: 0 nothing, 1 one, 2 several", 1
    )


class RestRecord(Form):
    """The AcdEvent record as jtel's REST API shows it."""

    caller = Number("Sender", "the caller's number", "4930901820")
    service_number = Number("Receiver", "the number that was called", "49800330000")
    event_data = Text("EventData", "XML with what the caller said", "<data><body>About the offer</body></data>")
    user_data = Text("UserData", "the id of a Salesforce record, or any text")
    target_id = Whole("UsersID", "the jtel user whom it is for")
    created = Moment("dtCreated", "when the event was made", "2026-11-21T10:42:07.312")


def names_of(schema: Schema) -> list[str]:
    """The names that jtel uses in this form."""
    return [str(field.data_key) for field in schema.fields.values()]


FLAT = Flat()
REST_RECORD = RestRecord()
DOCUMENTED = {name.lower(): name for name in [*names_of(FLAT), *names_of(REST_RECORD)]}
