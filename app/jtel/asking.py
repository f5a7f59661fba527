"""What the calls of the client share: how a call becomes a request, and an answer a record."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from app.domain.characters import storable
from app.domain.reasons import Reason
from app.jtel.access import JtelAccess
from app.jtel.answers import unreadable
from app.jtel.calls import CALLS, JtelCall, Parameter, Where
from app.jtel.errors import JtelError
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
        for fields in records_of(request.call, self._http.open(request), self._http.silence):
            yield kind(fields)

    def all(self, name: str, kind: type[R], /, **given: Any) -> list[R]:
        """The records of a list that is short."""
        return list(self.stream(name, kind, **given))

    def record(self, name: str, kind: type[R], /, **given: Any) -> R:
        """The record in the short envelope. Raises `JtelError` if there is not one."""
        answer = self.ask(name, **given)
        records = answer.get("records") if isinstance(answer, Mapping) else None
        if not isinstance(records, list) or len(records) != 1 or not isinstance(records[0], Mapping):
            raise unreadable(CALLS[name])
        return kind(records[0])

    def ask(self, name: str, /, **given: Any) -> Any:
        """The JSON of the answer, where jtel has done what was asked."""
        return self._http.ask(request_of(CALLS[name], given))


def request_of(call: JtelCall, given: Mapping[str, Any]) -> Request:
    """The request with these values, by the arguments of the call; None is nothing. Raises `JtelError`."""
    named = {one: given[one.argument] for one in call.parameters if given.get(one.argument) is not None}
    for one, value in named.items():
        _check(call, one, value)
    path = call.path
    for one in call.of(Where.PATH):
        path = path.replace(f"{{{one.name}}}", str(named[one]))
    query = {one.name: value for one, value in named.items() if one.where is Where.QUERY}
    body = {one.name: value for one, value in named.items() if one.where is Where.BODY}
    return Request(call, path, query, body or None)


def _check(call: JtelCall, one: Parameter, value: Any) -> None:
    """An id that is a text could lead to another call, and neither half a character nor NUL can be sent."""
    if type(value) is not one.type:
        wanted = "a whole number" if one.type is int else "a text"
    elif isinstance(value, str) and storable(value) != value:
        wanted = "a text without half characters or NUL"
    else:
        return
    message = f"jtel was not asked ({call.command}): {one.argument}: wanted is {wanted}."
    raise JtelError(Reason.JTEL_INPUT_INVALID, message, unsent=True)
