"""Every finding that a look at the org can have: one table, and docs/checks.md explains it."""

from enum import Enum


class Level(Enum):
    """An error costs callbacks or fields; a warning may; what is unchecked could not be looked at."""

    ERROR = "error"
    WARNING = "warning"
    UNCHECKED = "unchecked"


class OrgCode(Enum):
    """A stable word with its level. The words are a contract: they are never renamed."""

    LOGIN_REFUSED = "login_refused", Level.ERROR
    SESSION_REFUSED = "session_refused", Level.ERROR
    API_DISABLED = "api_disabled", Level.ERROR
    API_VERSION_RETIRED = "api_version_retired", Level.ERROR
    API_VERSION_AGEING = "api_version_ageing", Level.WARNING
    ORG_REFUSED = "org_refused", Level.ERROR

    OBJECT_NOT_FOUND = "object_not_found", Level.ERROR
    OBJECT_NOT_CREATEABLE = "object_not_createable", Level.ERROR
    OBJECT_NOT_READABLE = "object_not_readable", Level.ERROR
    PHONE_NOT_READABLE = "phone_not_readable", Level.ERROR

    EXTERNAL_ID_MISSING = "external_id_missing", Level.ERROR
    EXTERNAL_ID_NOT_MARKED = "external_id_not_marked", Level.ERROR
    EXTERNAL_ID_NOT_UNIQUE = "external_id_not_unique", Level.ERROR
    EXTERNAL_ID_NOT_WRITABLE = "external_id_not_writable", Level.ERROR
    EXTERNAL_ID_NO_TEXT = "external_id_no_text", Level.ERROR
    EXTERNAL_ID_TOO_SHORT = "external_id_too_short", Level.ERROR
    EXTERNAL_ID_IGNORES_CASE = "external_id_ignores_case", Level.WARNING

    FIELD_NOT_FOUND = "field_not_found", Level.ERROR
    FIELD_NOT_WRITABLE = "field_not_writable", Level.ERROR
    FIELD_READ_ONLY = "field_read_only", Level.ERROR
    LINK_NOT_WRITABLE = "link_not_writable", Level.WARNING
    REQUIRED_FIELD_MISSING = "required_field_missing", Level.ERROR
    REQUIRED_FIELD_MAY_BE_EMPTY = "required_field_may_be_empty", Level.WARNING

    VALUE_TYPE_WRONG = "value_type_wrong", Level.ERROR
    VALUE_TYPE_LOOSE = "value_type_loose", Level.WARNING
    TEMPLATE_TYPE_LOOSE = "template_type_loose", Level.WARNING
    VALUE_CUT = "value_cut", Level.WARNING
    VALUE_TOO_LONG = "value_too_long", Level.ERROR
    PICKLIST_VALUE_REJECTED = "picklist_value_rejected", Level.ERROR
    PICKLIST_VALUE_UNLISTED = "picklist_value_unlisted", Level.WARNING
    REFERENCE_WRONG = "reference_wrong", Level.ERROR

    QUEUE_NOT_FOUND = "queue_not_found", Level.ERROR
    QUEUE_NAMED_TWICE = "queue_named_twice", Level.ERROR
    QUEUE_NOT_FOR_OBJECT = "queue_not_for_object", Level.ERROR
    USER_NOT_FOUND = "user_not_found", Level.ERROR
    USER_NAMED_TWICE = "user_named_twice", Level.ERROR
    USER_INACTIVE = "user_inactive", Level.ERROR
    RECORD_TYPE_NOT_FOUND = "record_type_not_found", Level.ERROR
    RECORD_TYPE_INACTIVE = "record_type_inactive", Level.ERROR
    RECORD_TYPE_NOT_AVAILABLE = "record_type_not_available", Level.ERROR
    ASSIGNMENT_RULE_MISSING = "assignment_rule_missing", Level.WARNING

    MAPPER_UNCHECKED = "mapper_unchecked", Level.UNCHECKED
    NAME_UNCHECKED = "name_unchecked", Level.UNCHECKED
    RECORD_UNCHECKED = "record_unchecked", Level.UNCHECKED
    VALUE_UNCHECKED = "value_unchecked", Level.UNCHECKED
    LOOKUP_REFUSED = "lookup_refused", Level.UNCHECKED

    def __init__(self, word: str, level: Level) -> None:
        self.word = word
        self.level = level
