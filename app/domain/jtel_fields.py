"""Every field that jtel documents for a callback: the one place that names them.

`app.payload` reads what is in this table, rules and templates know these names, and `/openapi.json` shows them.

Sources: the field table of createCallback v4 (jtel wiki, flat form) and the AcdEvents REST API (record form).
"""

from dataclasses import dataclass
from enum import Enum, Flag, auto


class Form(Flag):
    """How jtel encodes a callback."""

    FLAT = auto()  # the parameters of createCallback: v3 writes numbers with a plus, v4 without
    RECORD = auto()  # the AcdEvent record as jtel's REST API shows it
    BOTH = FLAT | RECORD


class Kind(Enum):
    """What a value is read as. Only an event id can be wrong; all else may be absent."""

    TEXT = auto()
    NUMBER = auto()  # a telephone number
    WHOLE = auto()
    TIME = auto()
    EVENT_ID = auto()


@dataclass(frozen=True)
class JtelField:
    """A field under jtel's name. `part` is what it says of the callback: of two with the same, the first one counts.

    `of_group`: what a source's `groups:` may fill in, because the record form knows a group by its id only.
    """

    name: str
    part: str
    kind: Kind
    meaning: str
    example: str | int | None = None
    form: Form = Form.FLAT
    of_group: bool = False


JTEL_FIELDS = (
    JtelField("Caller", "caller", Kind.NUMBER, "the caller's number", "4930901820"),
    JtelField("CallbackNumber", "callback_number", Kind.NUMBER, "the number to call back", "4930901820"),
    JtelField("ServiceNumbersNumber", "service_number", Kind.NUMBER, "the number that was called", "49800330000"),
    JtelField("ServiceNumbersName", "service_name", Kind.TEXT, "the name of the number that was called", "Hotline"),
    JtelField("AcdGroupsID", "group_id", Kind.WHOLE, "the ACD group's id", 235, Form.BOTH),
    JtelField("AcdGroupsName", "group_name", Kind.TEXT, "the ACD group's name", "B2B", Form.BOTH, of_group=True),
    JtelField(
        "AcdGroupsForeignSystemID",
        "group_foreign_id",
        Kind.TEXT,
        'the ACD group\'s "Foreign System ID"',
        "SERVICE_B2B",
        Form.BOTH,
        of_group=True,
    ),
    JtelField("dtCallStart", "call_start", Kind.TIME, "when the call began", "2026-11-21T10:38:14", Form.BOTH),
    JtelField("dtCallEnd", "call_end", Kind.TIME, "when the call ended", "2026-11-21T10:42:07", Form.BOTH),
    JtelField("ID", "id", Kind.EVENT_ID, "the id of the event", 4711, Form.BOTH),
    JtelField("AcdEventsID", "event_id", Kind.EVENT_ID, "the id of the event", 4711),
    JtelField("Subject", "subject", Kind.TEXT, "the subject of the event", "Callback", Form.BOTH),
    JtelField("Body", "body", Kind.TEXT, "the text of the event", "About the offer", Form.BOTH),
    JtelField(
        "CreatingUsersID", "creating_id", Kind.WHOLE, "the id of the user who made it; nothing if it was the system"
    ),
    JtelField("CreatingUsersUID", "creating_uid", Kind.TEXT, "the UID of the user who made it"),
    JtelField("CreatingUsersNickName", "creating_nick_name", Kind.TEXT, "the nick name of the user who made it"),
    JtelField("TargetUsersID", "target_id", Kind.WHOLE, "the id of the user whom it is for"),
    JtelField("TargetUsersUID", "target_uid", Kind.TEXT, "the UID of the user whom it is for"),
    JtelField("TargetUsersNickName", "target_nick_name", Kind.TEXT, "the nick name of the user whom it is for"),
    JtelField(
        "SalesforceId",
        "salesforce_id",
        Kind.TEXT,
        "the id of the Salesforce record that the IVR saved",
        "0035g00000AbCdEAAV",
    ),
    JtelField(
        "SalesforceQueryResult",
        "salesforce_query_result",
        Kind.WHOLE,
        "what the IVR's last search found: 0 nothing, 1 one, 2 several",
        1,
    ),
    JtelField("AcdEventTypesID", "event_type", Kind.WHOLE, "the type of the event; 3 is a callback", 3, Form.BOTH),
    JtelField(
        "Sender",
        "caller",
        Kind.NUMBER,
        "the caller's number, in a record of jtel's REST API",
        "4930901820",
        Form.RECORD,
    ),
    JtelField(
        "Receiver",
        "service_number",
        Kind.NUMBER,
        "the number that was called, in such a record",
        "49800330000",
        Form.RECORD,
    ),
    JtelField(
        "EventData",
        "event_data",
        Kind.TEXT,
        "the text of the event as XML, in such a record",
        "<data><body>About the offer</body></data>",
        Form.RECORD,
    ),
    JtelField(
        "UserData", "user_data", Kind.TEXT, "the id of the Salesforce record, in such a record", form=Form.RECORD
    ),
    JtelField(
        "UsersID", "target_id", Kind.WHOLE, "the id of the user whom it is for, in such a record", form=Form.RECORD
    ),
    JtelField(
        "dtCreated",
        "created",
        Kind.TIME,
        "when the event was made, in such a record",
        "2026-11-21T10:42:07.312",
        Form.RECORD,
    ),
)
JTEL_NAMES = tuple(field.name for field in JTEL_FIELDS)
