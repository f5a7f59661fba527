"""The specification: paths, forms, answers, reasons."""

from collections.abc import Iterable, Mapping
from typing import Any

from apispec import APISpec

from app.web.openapi.answer import add_answers
from app.web.openapi.connected import add_connected
from app.web.openapi.forms import add_forms
from app.web.openapi.way_back import WISH

_ABOUT = (
    "jtel's callback requests become exactly one Case each in Salesforce. **200: Ringback owns the callback. 500: it "
    "does nothing more by itself, and the answer says who has to act.** There are never two Cases for one event, "
    "however often it is sent."
)
_IN_PATH: Mapping[str, Mapping[str, Any]] = {
    "source": {
        "description": "The name of a source in the configuration.",
        "schema": {"type": "string", "pattern": "^[a-z0-9-]{1,20}$"},
        "example": "default",
    },
    "token": {"description": "The secret of the source.", "schema": {"type": "string", "format": "password"}},
}
# apispec makes a reference of a name, of which its types say nothing.
_NAMES: Any = tuple(_IN_PATH)
_SOURCE, _TOKEN = _NAMES
# A source takes its secret in one of these ways, as `auth` in the configuration says; the header's name is there, too.
_SCHEMES: Mapping[str, Mapping[str, str]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "The secret of the source."},
    "basic": {"type": "http", "scheme": "basic", "description": "The same, with the user that `auth` names."},
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "The same, in the header of `auth`.",
    },
    "flow": {"type": "http", "scheme": "bearer", "description": "RINGBACK_FLOW_SECRET."},
    "operator": {"type": "http", "scheme": "bearer", "description": "RINGBACK_OPERATOR_SECRET."},
}
_OF_SOURCE = ("bearer", "basic", "header")
_JSON = "application/json"
_FIGURES = ("text/plain", "application/openmetrics-text")


def build_spec(version: str) -> Mapping[str, Any]:
    """The document as it is sent; it says the same to everybody."""
    spec = APISpec("Ringback", version, "3.1.0", info={"description": _ABOUT})
    for name, scheme in _SCHEMES.items():
        spec.components.security_scheme(name, dict(scheme))
    for name, shown in _IN_PATH.items():
        spec.components.parameter(name, "path", dict(shown))
    add_answers(spec)
    body = add_forms(spec)
    spec.path("/callbacks", operations=_callbacks(body, "of source `default`"))
    spec.path("/callbacks/{source}", operations=_callbacks(body, "of a source"), parameters=[_SOURCE])
    in_url = _callbacks(body, "of a source with `token_in_url`", security=[])
    spec.path("/callbacks/{source}/{token}", operations=in_url, parameters=[_SOURCE, _TOKEN])
    add_connected(spec, _OF_SOURCE, _SOURCE, _TOKEN)
    spec.components.schema("Wish", dict(WISH))
    spec.path("/jtel/callbacks", operations=_way_back("of source `default`"))
    spec.path("/jtel/callbacks/{source}", operations=_way_back("of a source"), parameters=[_SOURCE])
    _add_operations(spec)
    return spec.to_dict()


def _callbacks(body: Mapping[str, Any], whose: str, security: Iterable[str] = _OF_SOURCE) -> dict[str, Any]:
    shared = {"tags": ["callbacks"], "security": [{one: []} for one in security]}
    return {
        "post": {
            **shared,
            "summary": f"A callback {whose}",
            "description": "Told by content, not by content type; in UTF-8 or Windows-1252; the fields may stand in "
            "the query, too. Needed are an event id, and a number or a linked record. Fields that are not named here "
            "are kept for the rules.",
            "requestBody": {"required": True, "content": body},
            "responses": {"200": "Owned", "500": "NotOwned", "401": "Unauthorized"},
        },
        "get": _probe(shared),
    }


def _way_back(whose: str) -> dict[str, Any]:
    shared = {"tags": ["way back"], "security": [{"flow": []}]}
    body = {"required": True, "content": {_JSON: {"schema": "Wish"}}}
    return {
        "post": {
            **shared,
            "summary": f"Ask the jtel {whose} for a callback",
            "description": "For a Flow of Salesforce: makes an event in jtel that leads to the Case, once. The "
            "callback that jtel then sends makes no other Case.",
            "requestBody": body,
            "responses": {"200": "Asked", "500": "NotAsked", "401": "Unauthorized"},
        },
        "get": _probe(shared),
    }


def _probe(shared: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **shared,
        "summary": "Are URL and secret right?",
        "description": "Does nothing. What comes by GET all the same is `invalid`.",
        "responses": {"200": "Ready", "500": "NotReady", "401": "Unauthorized"},
    }


def _add_operations(spec: APISpec) -> None:
    spec.path("/health/live", operations=_get("Does the process answer?", {"200": _state("It does.", "live")}))
    ready = {"200": _state("It would.", "ready"), "503": _state("It would not; `reason` says why.", "not_ready")}
    optional = {"security": [{}, {"operator": []}], "description": "With the operator's secret it tells more."}
    spec.path("/health/ready", operations=_get("Would a callback be taken now?", ready, **optional))
    figures = {"description": "docs/metrics.md explains each.", "content": {one: {} for one in _FIGURES}}
    answers = {"200": figures, "401": _state("The operator's secret is wrong.", "unauthorized")}
    spec.path("/metrics", operations=_get("Figures for Prometheus", answers, security=[{"operator": []}]))


def _get(summary: str, responses: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"get": {"tags": ["operations"], "summary": summary, "responses": responses, **more}}


def _state(description: str, status: str) -> dict[str, Any]:
    properties = {"status": {"const": status}, "reason": {"type": "string"}}
    return _said(description, {"type": "object", "required": ["status"], "properties": properties})


def _said(description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {_JSON: {"schema": schema}}}
