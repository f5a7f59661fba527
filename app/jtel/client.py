"""jtel's REST API, each call a method. What they take and answer stands in docs/jtel-api.md."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from app.jtel.access import JtelAccess
from app.jtel.answers import parse, unreadable
from app.jtel.calls import CALLS, JtelCall, Where
from app.jtel.http import JtelHttp, Patience, Request
from app.jtel.new_event import NewEvent
from app.jtel.records import (
    UPDATED,
    AcdEvent,
    AcdEventStatus,
    AcdEventType,
    AcdGroup,
    CockpitVariable,
    CreatedEvent,
    DiallerCampaign,
    JtelRecord,
    ResultCode,
    ServiceNumber,
    User,
)
from app.jtel.stream import records_of
from app.jtel.variables import VARIABLE_RESULTS, VariableSet

R = TypeVar("R", bound=JtelRecord)


class JtelClient:
    """Safe to use from many threads. Every call may raise `JtelError`; see there for what became of it."""

    def __init__(self, access: JtelAccess, patience: Patience | None = None) -> None:
        self._http = JtelHttp(access, patience or Patience())

    def events(self) -> Iterator[AcdEvent]:
        """All events, ordered by dtCreated, in constant memory. It may break off in the middle."""
        return self._list("events", AcdEvent)

    def event(self, id: int) -> AcdEvent:  # noqa: A002
        """The event with this AcdEventsID."""
        return self._record("event", AcdEvent, id=id)

    def create_event(self, event: NewEvent) -> CreatedEvent:
        """Creates it, or updates the one that the group has already. Never sent twice: see `JtelError.unknown`."""
        call = CALLS["create_event"]
        status, body = self._http.ask(Request(call, call.path, {}, event.body_of_call()))
        created = AcdEvent(_only_record(call, status, body))
        if created.id is None:
            raise unreadable(call, status)
        return CreatedEvent(created, created.result == UPDATED)

    def event_types(self) -> list[AcdEventType]:
        """The types of events."""
        return list(self._list("event_types", AcdEventType))

    def event_status(self) -> list[AcdEventStatus]:
        """The status that an event may have."""
        return list(self._list("event_status", AcdEventStatus))

    def groups(self) -> list[AcdGroup]:
        """All ACD groups, ordered by name."""
        return list(self._list("groups", AcdGroup))

    def group(self, id: int) -> AcdGroup:  # noqa: A002
        """The group with this AcdGroupsID."""
        return self._record("group", AcdGroup, id=id)

    def groups_named(self, part: str) -> list[AcdGroup]:
        """The groups with this in their name."""
        return list(self._list("groups_named", AcdGroup, part=part))

    def users(self) -> list[User]:
        """All users, ordered by UID."""
        return list(self._list("users", User))

    def user(self, id: int) -> User:  # noqa: A002
        """The user with this UsersID."""
        return self._record("user", User, id=id)

    def service_numbers(self) -> list[ServiceNumber]:
        """All service numbers."""
        return list(self._list("service_numbers", ServiceNumber))

    def service_number(self, id: int) -> ServiceNumber:  # noqa: A002
        """The service number with this id."""
        return self._record("service_number", ServiceNumber, id=id)

    def variables(self) -> list[CockpitVariable]:
        """All cockpit variables, ordered by name."""
        return list(self._list("variables", CockpitVariable))

    def variable(self, id: int) -> CockpitVariable:  # noqa: A002
        """The cockpit variable with this CockpitVariablesID."""
        return self._record("variable", CockpitVariable, id=id)

    def set_variable(self, id: int, value: int) -> VariableSet:  # noqa: A002
        """Sets it to a whole number; says what became of it. Never sent twice."""
        call = CALLS["set_variable"]
        status, body = self._http.ask(_request(call, {"id": id, "value": value}))
        answer = parse(body)
        if not isinstance(answer, Mapping) or answer.get("result") not in VARIABLE_RESULTS:
            raise unreadable(call, status)
        return VariableSet(VARIABLE_RESULTS[answer["result"]], str(answer.get("error") or ""))

    def campaigns(self) -> list[DiallerCampaign]:
        """All dialler campaigns, ordered by name."""
        return list(self._list("campaigns", DiallerCampaign))

    def campaign(self, id: int) -> DiallerCampaign:  # noqa: A002
        """The campaign with this DiallerCampaignsID."""
        return self._record("campaign", DiallerCampaign, id=id)

    def campaigns_named(self, part: str) -> list[DiallerCampaign]:
        """The campaigns with this in their name."""
        return list(self._list("campaigns_named", DiallerCampaign, part=part))

    def result_codes(self, id: int, language_id: int) -> list[ResultCode]:  # noqa: A002
        """The result codes of a campaign in a language (1 English, 2 German)."""
        return list(self._list("result_codes", ResultCode, id=id, language_id=language_id))

    def clone_campaign(self, source: str, destination: str, user_data: str | None = None) -> None:
        """Copies a campaign without its contacts; 404 without the source, 409 if the destination is there."""
        call = CALLS["clone_campaign"]
        given = {"source": source, "destination": destination, "user_data": user_data}
        self._http.ask(_request(call, {name: value for name, value in given.items() if value is not None}))

    def delete_campaign(self, id: int) -> None:  # noqa: A002
        """Deletes a campaign with all its data."""
        self._http.ask(_request(CALLS["delete_campaign"], {"id": id}))

    def delete_campaign_named(self, name: str) -> None:
        """Deletes a campaign with all its data. How jtel compares the name is not documented."""
        self._http.ask(_request(CALLS["delete_campaign_named"], {"name": name}))

    def _list(self, name: str, kind: type[R], **given: Any) -> Iterator[R]:
        call = CALLS[name]
        for fields in records_of(call, self._http.open(_request(call, given))):
            yield kind(fields)

    def _record(self, name: str, kind: type[R], **given: Any) -> R:
        call = CALLS[name]
        return kind(_only_record(call, *self._http.ask(_request(call, given))))


def _request(call: JtelCall, given: Mapping[str, Any]) -> Request:
    """The request with these values, by the arguments of the call."""
    path = call.path
    for one in call.of(Where.PATH):
        path = path.replace(f"{{{one.name}}}", quote(str(given[one.argument]), safe=""))
    query = {one.name: given[one.argument] for one in call.of(Where.QUERY)}
    body = {one.name: given[one.argument] for one in call.of(Where.BODY) if one.argument in given}
    return Request(call, path, query, body or None)


def _only_record(call: JtelCall, status: int, body: bytes) -> Mapping[str, Any]:
    answer = parse(body)
    records = answer.get("records") if isinstance(answer, Mapping) else None
    if not isinstance(records, list) or len(records) != 1 or not isinstance(records[0], Mapping):
        raise unreadable(call, status)
    return records[0]
