"""What the calls of the client share: how a call becomes a request, and an answer a record."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from app.jtel.access import JtelAccess
from app.jtel.answers import parse, unreadable
from app.jtel.calls import CALLS, JtelCall, Where
from app.jtel.http import JtelHttp, Patience, Request
from app.jtel.records import JtelRecord
from app.jtel.stream import records_of

R = TypeVar("R", bound=JtelRecord)


class Asking:
    """Calls, by their names in the table. Safe to use from many threads."""

    def __init__(self, access: JtelAccess, patience: Patience | None = None) -> None:
        self._http = JtelHttp(access, patience or Patience())

    def stream(self, name: str, kind: type[R], /, **given: Any) -> Iterator[R]:
        """The records of a list as they come. jtel is asked when the first is wanted."""
        request = request_of(CALLS[name], given)
        for fields in records_of(request.call, self._http.open(request)):
            yield kind(fields)

    def all(self, name: str, kind: type[R], /, **given: Any) -> list[R]:
        """The records of a list that is short."""
        return list(self.stream(name, kind, **given))

    def record(self, name: str, kind: type[R], /, **given: Any) -> R:
        """The only record of the answer."""
        call = CALLS[name]
        return kind(only_record(call, *self.ask(name, **given)))

    def ask(self, name: str, /, **given: Any) -> tuple[int, bytes]:
        """Status and body of the answer, where jtel has done what was asked."""
        return self._http.ask(request_of(CALLS[name], given))


def request_of(call: JtelCall, given: Mapping[str, Any]) -> Request:
    """The request with these values, by the arguments of the call; None is nothing."""
    named = {one: given[one.argument] for one in call.parameters if given.get(one.argument) is not None}
    path = call.path
    for one, value in named.items():
        path = path.replace(f"{{{one.name}}}", quote(str(value), safe=""))
    query = {one.name: value for one, value in named.items() if one.where is Where.QUERY}
    body = {one.name: value for one, value in named.items() if one.where is Where.BODY}
    return Request(call, path, query, body or None)


def only_record(call: JtelCall, status: int, body: bytes) -> Mapping[str, Any]:
    """The record in the short envelope. Raises `JtelError` if there is not one."""
    answer = parse(body)
    records = answer.get("records") if isinstance(answer, Mapping) else None
    if not isinstance(records, list) or len(records) != 1 or not isinstance(records[0], Mapping):
        raise unreadable(call, status)
    return records[0]
