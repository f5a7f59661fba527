"""Every reason that an answer, a log line or a metric can name: one table, and `docs/reasons.md` explains it."""

from enum import Enum


class Scope(Enum):
    """How far a trouble reaches, and so what has to stop or wait."""

    REQUEST = "request"  # what came cannot be understood: the sender has to change it
    CALLBACK = "callback"  # Salesforce or the mapping refused this one
    RULE = "rule"  # every callback of this rule would meet it
    ORG = "org"  # every callback would meet it until the org or its credentials are mended
    TRANSIENT = "transient"  # it passes by itself


class Tells(Enum):
    """What an attempt that ended so tells of the CRM as a whole."""

    WORKS = "works"  # it has answered, if only to say no
    AWAY = "away"  # it gave no answer that anybody understands; several of these in a row count as away
    CLOSED = "closed"  # it answers, but takes no record for a while: nothing else need be tried
    NOTHING = "nothing"  # nobody has asked it, at least in some cases


# What is usual in a scope. Nobody acts where it passes by itself.
_WHO_ACTS = {
    Scope.REQUEST: "jtel admin",
    Scope.CALLBACK: "integrator",
    Scope.RULE: "integrator",
    Scope.ORG: "Salesforce admin",
}
_TELLS = {Scope.REQUEST: Tells.NOTHING, Scope.ORG: Tells.CLOSED}
_AWAY_PROBE, _RULE_PROBE, _ORG_PROBE = 5.0, 120.0, 60.0


def _usual_probe(scope: Scope, tells: Tells) -> float:
    if scope is Scope.RULE:
        return _RULE_PROBE
    return _AWAY_PROBE if tells is Tells.AWAY else _ORG_PROBE


class Reason(Enum):
    """A stable machine word, and all that Ringback goes by: one row each, read by everybody else.

    The columns: the word, which is a contract and never renamed; the scope; then what is not usual in that scope: what
    it tells of the CRM, who acts, and the seconds between two probes of a pause.
    """

    BODY_MISSING = "body_missing", Scope.REQUEST
    BODY_TOO_LARGE = "body_too_large", Scope.REQUEST
    BODY_INCOMPLETE = "body_incomplete", Scope.REQUEST
    BODY_NOT_UNDERSTOOD = "body_not_understood", Scope.REQUEST
    JSON_BROKEN = "json_broken", Scope.REQUEST
    NOT_AN_OBJECT = "not_an_object", Scope.REQUEST
    SEVERAL_EVENTS = "several_events", Scope.REQUEST
    EVENT_ID_MISSING = "event_id_missing", Scope.REQUEST
    EVENT_ID_INVALID = "event_id_invalid", Scope.REQUEST
    NUMBER_MISSING = "number_missing", Scope.REQUEST
    CALL_TIME_MISSING = "call_time_missing", Scope.REQUEST
    SERVED_CALLERS_NOT_SET = "served_callers_not_set", Scope.REQUEST, None, "integrator"
    METHOD_NOT_ALLOWED = "method_not_allowed", Scope.REQUEST
    CREDENTIALS_MISSING = "credentials_missing", Scope.REQUEST
    CREDENTIALS_MALFORMED = "credentials_malformed", Scope.REQUEST
    CREDENTIALS_WRONG = "credentials_wrong", Scope.REQUEST
    PATH_UNKNOWN = "path_unknown", Scope.REQUEST
    INTERNAL_ERROR = "internal_error", Scope.CALLBACK, Tells.NOTHING, "developer"

    LEDGER_UNAVAILABLE = "ledger_unavailable", Scope.TRANSIENT, Tells.NOTHING, "operator"
    ENGINE_NOT_RUNNING = "engine_not_running", Scope.TRANSIENT, Tells.NOTHING, "operator"

    MAPPING_FAILED = "mapping_failed", Scope.CALLBACK, Tells.NOTHING
    REQUIRED_VALUE_EMPTY = "required_value_empty", Scope.CALLBACK, Tells.NOTHING
    SKIPPED_BY_RULE = "skipped_by_rule", Scope.CALLBACK, Tells.NOTHING

    REQUIRED_FIELD_MISSING = "required_field_missing", Scope.CALLBACK
    VALUE_TOO_LONG = "value_too_long", Scope.CALLBACK
    VALUE_INVALID = "value_invalid", Scope.CALLBACK
    PICKLIST_VALUE_REJECTED = "picklist_value_rejected", Scope.CALLBACK
    ID_MALFORMED = "id_malformed", Scope.CALLBACK
    USER_NOT_FOUND = "user_not_found", Scope.CALLBACK
    CONTACT_NOT_FOUND = "contact_not_found", Scope.CALLBACK
    ACCOUNT_NOT_FOUND = "account_not_found", Scope.CALLBACK
    OPEN_CASE_NOT_FOUND = "open_case_not_found", Scope.CALLBACK
    RECORD_NOT_FOUND = "record_not_found", Scope.CALLBACK
    REFERENCE_NOT_FOUND = "reference_not_found", Scope.CALLBACK
    RECORD_DELETED = "record_deleted", Scope.CALLBACK
    VALIDATION_RULE = "validation_rule", Scope.CALLBACK
    TRIGGER_FAILED = "trigger_failed", Scope.CALLBACK
    DUPLICATE_RULE = "duplicate_rule", Scope.CALLBACK
    DUPLICATE_VALUE = "duplicate_value", Scope.CALLBACK
    SEVERAL_RECORDS = "several_records", Scope.CALLBACK
    CRM_REFUSED = "crm_refused", Scope.CALLBACK

    FIELD_UNKNOWN = "field_unknown", Scope.RULE
    FIELD_NOT_WRITABLE = "field_not_writable", Scope.RULE
    OBJECT_NOT_FOUND = "object_not_found", Scope.RULE
    PERMISSION_MISSING = "permission_missing", Scope.RULE
    OWNER_INACTIVE = "owner_inactive", Scope.RULE
    QUEUE_NOT_FOUND = "queue_not_found", Scope.RULE
    RECORD_TYPE_NOT_FOUND = "record_type_not_found", Scope.RULE
    ASSIGNMENT_RULE_INVALID = "assignment_rule_invalid", Scope.RULE
    EXTERNAL_ID_MISSING = "external_id_missing", Scope.RULE, None, "Salesforce admin"

    LOGIN_REFUSED = "login_refused", Scope.ORG
    SESSION_REFUSED = "session_refused", Scope.ORG
    API_DISABLED = "api_disabled", Scope.ORG
    API_VERSION_RETIRED = "api_version_retired", Scope.ORG
    STORAGE_FULL = "storage_full", Scope.ORG

    LOGIN_LIMIT = "login_limit", Scope.TRANSIENT, Tells.CLOSED, None, 300.0
    API_LIMIT = "api_limit", Scope.TRANSIENT, Tells.CLOSED, None, 300.0
    CRM_BUSY = "crm_busy", Scope.TRANSIENT, Tells.NOTHING, None, _AWAY_PROBE
    RECORD_LOCKED = "record_locked", Scope.TRANSIENT
    CRM_MAINTENANCE = "crm_maintenance", Scope.TRANSIENT, Tells.CLOSED
    CRM_UNAVAILABLE = "crm_unavailable", Scope.TRANSIENT, Tells.AWAY
    CRM_UNREACHABLE = "crm_unreachable", Scope.TRANSIENT, Tells.AWAY
    CRM_CONNECTION_LOST = "crm_connection_lost", Scope.TRANSIENT, Tells.AWAY
    CRM_TIMEOUT = "crm_timeout", Scope.TRANSIENT, Tells.AWAY
    CRM_ANSWER_UNREADABLE = "crm_answer_unreadable", Scope.TRANSIENT, Tells.AWAY
    CALL_REFUSED = "call_refused", Scope.TRANSIENT, Tells.AWAY
    CASE_NOT_VISIBLE = "case_not_visible", Scope.TRANSIENT, None, "Salesforce admin"

    # Of jtel's own API. No callback waits for it, so it tells nothing of the CRM.
    JTEL_INPUT_INVALID = "jtel_input_invalid", Scope.CALLBACK, Tells.NOTHING
    JTEL_REQUEST_REFUSED = "jtel_request_refused", Scope.CALLBACK, Tells.NOTHING
    JTEL_NOT_FOUND = "jtel_not_found", Scope.CALLBACK, Tells.NOTHING
    JTEL_CONFLICT = "jtel_conflict", Scope.CALLBACK, Tells.NOTHING
    JTEL_LOGIN_REFUSED = "jtel_login_refused", Scope.TRANSIENT, Tells.NOTHING, "jtel admin"
    JTEL_CALL_UNKNOWN = "jtel_call_unknown", Scope.TRANSIENT, Tells.NOTHING, "operator"
    JTEL_FAILED = "jtel_failed", Scope.TRANSIENT, Tells.NOTHING, "jtel admin"
    JTEL_UNREACHABLE = "jtel_unreachable", Scope.TRANSIENT, Tells.NOTHING, "operator"
    JTEL_CONNECTION_LOST = "jtel_connection_lost", Scope.TRANSIENT, Tells.NOTHING, "operator"
    JTEL_TIMEOUT = "jtel_timeout", Scope.TRANSIENT, Tells.NOTHING, "operator"
    JTEL_ANSWER_UNREADABLE = "jtel_answer_unreadable", Scope.TRANSIENT, Tells.NOTHING, "operator"

    # Of the way back.
    WISH_INVALID = "wish_invalid", Scope.REQUEST, Tells.NOTHING, "integrator"
    GROUP_NOT_FOUND = "group_not_found", Scope.CALLBACK, Tells.NOTHING
    SEVERAL_GROUPS = "several_groups", Scope.CALLBACK, Tells.NOTHING
    JTEL_NOT_CONFIGURED = "jtel_not_configured", Scope.CALLBACK, Tells.NOTHING, "operator"
    WISH_UNANSWERED = "wish_unanswered", Scope.CALLBACK, Tells.NOTHING, "operator"

    def __init__(
        self,
        word: str,
        scope: Scope,
        tells: Tells | None = None,
        who: str | None = None,
        probe_seconds: float | None = None,
    ) -> None:
        self.word = word
        self.scope = scope
        self.tells = tells or _TELLS.get(scope, Tells.WORKS)
        self.who_acts = who or _WHO_ACTS.get(scope)
        self.probe_seconds = probe_seconds or _usual_probe(scope, self.tells)

    @classmethod
    def of(cls, word: str | None) -> "Reason | None":
        """The reason with this word; nothing for a word that this Ringback does not know."""
        return _BY_WORD.get(word or "")

    @property
    def permanent(self) -> bool:
        """Whether trying the same again is pointless until somebody changes the request or the record."""
        return self.scope in (Scope.REQUEST, Scope.CALLBACK)


def who_acts(word: str | None) -> str | None:
    """Who has to act when this reason stands in the way; nobody where it passes by itself, or the word is unknown."""
    reason = Reason.of(word)
    return reason.who_acts if reason else None


_BY_WORD = {reason.word: reason for reason in Reason}
