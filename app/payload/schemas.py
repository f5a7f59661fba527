"""The forms in which jtel describes a callback: one marshmallow schema each. Encodings and wrappers are off by now.

Sources: the field table of createCallback v4 (jtel wiki, flat form) and the AcdEvents REST API (record form).
"""

from marshmallow import EXCLUDE, Schema

from app.payload.values import EventId, Moment, Number, Text, Whole


class Form(Schema):
    """What both forms share."""

    class Meta:
        unknown = EXCLUDE

    id = EventId("ID")
    event_type = Whole("AcdEventTypesID")
    group_id = Whole("AcdGroupsID")
    group_name = Text("AcdGroupsName")
    group_foreign_id = Text("AcdGroupsForeignSystemID")
    call_start = Moment("dtCallStart")
    call_end = Moment("dtCallEnd")
    subject = Text("Subject")
    body = Text("Body")


class Flat(Form):
    """The documented parameters of createCallback: v3 writes numbers with a plus, v4 without."""

    caller = Number("Caller")
    callback_number = Number("CallbackNumber")
    service_number = Number("ServiceNumbersNumber")
    service_name = Text("ServiceNumbersName")
    event_id = EventId("AcdEventsID")
    creating_id = Whole("CreatingUsersID")
    creating_uid = Text("CreatingUsersUID")
    creating_nick_name = Text("CreatingUsersNickName")
    target_id = Whole("TargetUsersID")
    target_uid = Text("TargetUsersUID")
    target_nick_name = Text("TargetUsersNickName")
    salesforce_id = Text("SalesforceId")
    salesforce_query_result = Whole("SalesforceQueryResult")


class RestRecord(Form):
    """The AcdEvent record as jtel's REST API shows it."""

    caller = Number("Sender")
    service_number = Number("Receiver")
    event_data = Text("EventData")
    user_data = Text("UserData")
    target_id = Whole("UsersID")
    created = Moment("dtCreated")


def names_of(schema: Schema) -> list[str]:
    """The names that jtel uses in this form."""
    return [str(field.data_key) for field in schema.fields.values()]


FLAT = Flat()
REST_RECORD = RestRecord()
DOCUMENTED = {name.lower(): name for name in [*names_of(FLAT), *names_of(REST_RECORD)]}
