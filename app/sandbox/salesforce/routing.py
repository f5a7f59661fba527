"""Which resource answers a call. Also how composite makes the calls it is made of."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from app.sandbox.salesforce.call import ApiAnswer, ApiCall
from app.sandbox.salesforce.errors import SalesforceError, error, not_found
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.not_served import refuse_resource

Handler = Callable[..., ApiAnswer]
"""Called with the instance, the call, and the parts of the path that the pattern names."""


@dataclass(frozen=True)
class Route:
    method: str
    pattern: str
    """`sobjects/{object_name}/{record_id}`; segments in braces match anything."""
    handler: Handler
    composed: bool = False
    """Made of several records or calls: record-level faults then strike those, not the whole."""
    since: int = 0
    """The first version that has it."""

    def match(self, segments: Sequence[str]) -> dict[str, str] | None:
        wanted = self.pattern.split("/")
        if len(wanted) != len(segments):
            return None
        named: dict[str, str] = {}
        for want, got in zip(wanted, segments, strict=True):
            if want.startswith("{"):
                named[want[1:-1]] = got
            elif want != got:
                return None
        return named


class Router:
    """All resources of the API."""

    def __init__(self, instance: Instance, routes: Sequence[Route]) -> None:
        self._instance = instance
        self._routes = routes

    def dispatch(self, call: ApiCall) -> ApiAnswer:
        """The answer of the resource the call is for; raises `SalesforceError`."""
        segments = segments_of(call.path)
        refuse_resource(segments)
        method = call.parameters.get("_HttpMethod", call.method) if call.method == "POST" else call.method
        allowed: list[str] = []
        for route in self._routes:
            named = route.match(segments)
            if named is None or call.release < route.since:
                continue
            if route.method != ("GET" if method == "HEAD" else method):
                allowed.append(route.method)
                continue
            if not route.composed:
                self._instance.faults.check_record(method, call.path, call.outer)
            return route.handler(self._instance, call, **named)
        if allowed:
            raise not_allowed(method, allowed)
        raise not_found()


def not_allowed(method: str, allowed: Iterable[str]) -> SalesforceError:
    message = f"HTTP Method '{method}' not allowed. Allowed are {','.join(sorted(set(allowed)))}"
    return error(405, "METHOD_NOT_ALLOWED", message)


def segments_of(path: str) -> list[str]:
    """The parts of a path after the version, unescaped one by one; a slash at the end means nothing."""
    resource = path.partition("?")[0].removeprefix("/services/data/").partition("/")[2]
    return [unquote(segment) for segment in resource.removesuffix("/").split("/")]


def parameters_of(path: str) -> dict[str, str]:
    return dict(parse_qsl(path.partition("?")[2], keep_blank_values=True))
