"""AcdEvents: how one comes to be, and when another one is updated instead."""

from collections.abc import Callable, Mapping
from datetime import datetime
from time import time
from typing import Any, TypeVar
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from app.jtel.appointment import appointment, read_date, read_time
from app.jtel.undocumented import PRIORITY
from app.sandbox.jtel.clock import local_now, stamp
from app.sandbox.jtel.refusals import RefusedCallError, missing, not_found
from app.sandbox.jtel.store import Fields, JtelStore, StoredEvent

T = TypeVar("T")
CALLBACK = 3
DISTRIBUTE = 1
FIRST_FINAL_STATUS = 98
LOWEST_PRIORITY, HIGHEST_PRIORITY = 0, 200
NAMES = (
    *("ID", "AcdEventTypesID", "AcdEventStatusID", "AcdGroupsID", "UsersID", "Sender", "Receiver", "Subject"),
    *("EventData", "CrmURL", "UserData", "UserData2", "UserData3", "ForeignSystemNumber", "bCloseByForeignSystem"),
    *("dtCreated", "dtReceived", "dtRemind", "dtModified", "dtLastModified", "LastAgentTime"),
    *("SkillsID1", "SkillsID2", "SkillsID3", "SkillsValue1", "SkillsValue2", "SkillsValue3"),
    *("ChatConnectorsID", "AcdWorkFlowConnectorsID", "AcdInboxesID", "WorkFlowMonitorPointsID", "AcdReplyingTypesID"),
)
"""All fields of the documented example."""
_GROUPS = ("AcdGroupsID", "AcdConfigurationGroupsID", "AcdAgentGroupsID")
_FIRST_SECOND = 1_600_000_000


def blank_event() -> Fields:
    """An event of which nothing is known."""
    return {**dict.fromkeys(NAMES), "bCloseByForeignSystem": False}


def create_event(store: JtelStore, wish: Mapping[str, Any], call: Fields | None = None) -> tuple[StoredEvent, bool]:
    """The event that is wished for, and whether it was there: in a group without duplicates the open one is updated.

    `call` is what only a telephone call knows. Raises `RefusedCallError`.
    """
    for name in ("AcdEventTypesID", "Sender", "Subject"):
        if wish.get(name) is None:
            raise missing(name)
    group_id = _group_of(store, wish)
    _check_values(store, wish)
    now = local_now()
    with store.lock:
        existing = _duplicate(store, wish, group_id)
        event = _updated(existing, wish, now) if existing else _new(store, wish, group_id, call or {}, now)
        store.save_events([event])
    return event, existing is not None


def plain_events(store: JtelStore, events: list[Fields]) -> list[StoredEvent]:
    """Events as they are given, filled up with what every callback has: for many at once."""
    first, now = next_event_id(store), stamp(local_now())
    common = {"AcdEventTypesID": CALLBACK, "AcdEventStatusID": DISTRIBUTE, "AcdGroupsID": 235, "Sender": "4930901820"}
    times = dict.fromkeys(("dtCreated", "dtReceived", "dtModified", "dtLastModified"), now)
    usual = {**blank_event(), **common, **times, "Subject": "Callback requested"}
    return [StoredEvent({**usual, "ID": first + place, **event}, {}) for place, event in enumerate(events)]


def next_event_id(store: JtelStore) -> int:
    """No id comes again, even where the sandbox was reset: Ringback would take the event for one that it knows."""
    return max(store.last_event_id() + 1, int(time()) - _FIRST_SECOND)


def _new(store: JtelStore, wish: Mapping[str, Any], group_id: int, call: Fields, now: datetime) -> StoredEvent:
    day, at = _read(wish, "dtAppointmentDate", read_date), _read(wish, "dtAppointmentTime", read_time)
    remind = appointment(day, at, now)
    fields = {
        **blank_event(),
        **{name: wish.get(name) for name in ("UsersID", "Sender", "Receiver", "Subject", "CrmURL", "UserData")},
        "ID": next_event_id(store),
        "AcdEventTypesID": wish["AcdEventTypesID"],
        "AcdEventStatusID": DISTRIBUTE,
        "AcdGroupsID": group_id,
        "EventData": _event_data(wish),
        "dtRemind": stamp(remind) if remind else None,
        **dict.fromkeys(("dtCreated", "dtReceived", "dtModified", "dtLastModified"), stamp(now)),
    }
    if wish.get(PRIORITY) is not None:  # the documented record has no such field
        fields[PRIORITY] = wish[PRIORITY]
    return StoredEvent(fields, call)


def _read(wish: Mapping[str, Any], name: str, read: Callable[[str], T]) -> T | None:
    try:
        return read(wish[name]) if wish.get(name) else None
    except ValueError as problem:
        raise RefusedCallError(400, f"{name}: {problem}") from None


def _duplicate(store: JtelStore, wish: Mapping[str, Any], group_id: int) -> StoredEvent | None:
    """The open event of the same type, group and sender. What jtel compares is not documented."""
    settings = store.get("GroupSettings", group_id) or {}
    if not settings.get("no_duplicates"):
        return None
    wanted = (wish["AcdEventTypesID"], group_id)
    open_ones = (e for e in store.events_of(wish["Sender"]) if e.fields["AcdEventStatusID"] < FIRST_FINAL_STATUS)
    return next((e for e in open_ones if (e.fields["AcdEventTypesID"], e.fields["AcdGroupsID"]) == wanted), None)


def _updated(event: StoredEvent, wish: Mapping[str, Any], now: datetime) -> StoredEvent:
    """The event with the text of another wish as its comment."""
    comment = f"{stamp(now)} {wish['Subject']}: {wish.get('Body') or ''}".rstrip(": ")
    before = event.fields["EventData"] or _event_data({})
    data = before.replace("</body>", f"\n{escape(comment)}</body>")
    times = dict.fromkeys(("dtModified", "dtLastModified"), stamp(now))
    return StoredEvent({**event.fields, "EventData": data, **times}, event.call)


def _event_data(wish: Mapping[str, Any]) -> str:
    url = escape(wish.get("CrmURL") or "")
    urls = f"<urls><url><urlPath>{url}</urlPath><displayName>CRM</displayName></url></urls>" if url else ""
    body = wish.get("Body") if wish.get("AcdEventTypesID") == CALLBACK else None
    return f"<eventData>{urls}<body>{escape(body or '')}</body></eventData>"


def _group_of(store: JtelStore, wish: Mapping[str, Any]) -> int:
    """The group that gets the event: of a configuration group the agent group that is named with it."""
    group_id, configuration_group_id, agent_group_id = (wish.get(name) for name in _GROUPS)
    if group_id is None and (configuration_group_id is None or agent_group_id is None):
        raise missing("AcdGroupsID, or AcdConfigurationGroupsID and AcdAgentGroupsID")
    if group_id is not None and (configuration_group_id, agent_group_id) != (None, None):
        raise RefusedCallError(400, "AcdGroupsID stands alone")
    for named in (group_id, configuration_group_id, agent_group_id):
        if named is not None and store.get("AcdGroup", named) is None:
            raise not_found("ACD group")
    return int(group_id or agent_group_id or 0)


def _check_values(store: JtelStore, wish: Mapping[str, Any]) -> None:
    if store.get("AcdEventType", wish["AcdEventTypesID"]) is None:
        raise not_found("AcdEventType")
    if wish.get("UsersID") is not None and store.get("User", wish["UsersID"]) is None:
        raise not_found("User")
    if wish.get("CrmURL") and not _is_url(wish["CrmURL"]):
        raise RefusedCallError(400, "CrmURL is not well-formed")
    priority = wish.get(PRIORITY)
    if priority is not None and not LOWEST_PRIORITY <= priority <= HIGHEST_PRIORITY:
        raise RefusedCallError(400, f"{PRIORITY} is not from {LOWEST_PRIORITY} to {HIGHEST_PRIORITY}")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc) and not any(character.isspace() for character in text)
