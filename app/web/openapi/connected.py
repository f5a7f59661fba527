"""The paths that jtel's telephony events go to, as OpenAPI has them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from apispec import APISpec

from app.domain.outcome import Status
from app.web.connected import PATH

# As the variables of jtel are called; they are found in any spelling, and others are left alone.
_VARIABLES: Mapping[str, tuple[str, str]] = {
    "caller": ("The number of who called; empty or hidden is no error.", "4930901820"),
    "date_time": ("When the agent took the call, on the clock of the source.", "2026-11-28 10:42:13"),
    "agent_uid": ("The agent's login.", "aberg"),
    "agent_firstname": ("The agent's first name.", "Anna"),
    "agent_name": ("The agent's name.", "Berg"),
    "agent_nickname": ("What the agent is called, where there is no name.", "Anna B."),
}
_NEEDED = ("caller", "date_time")
_NOTED = (Status.NOTED, Status.NOTHING_OPEN)
_TOLD = "A served caller of source `default`", "A served caller of a source", "The same, with the secret in the URL"
_FORM = "application/x-www-form-urlencoded"
Answered = Callable[[str, Iterable[Status]], Mapping[str, Any]]


def add_connected(
    spec: APISpec, security: Iterable[str], in_path: tuple[dict[str, Any], ...], answered: Answered
) -> None:
    """Adds them; `in_path` are the parameters of a path, `answered` makes a response."""
    for summary, parameters in zip(_TOLD, ((), in_path[:1], in_path), strict=True):
        path = PATH + "".join(f"/{{{one['name']}}}" for one in parameters)
        shown = () if parameters == in_path else security
        spec.path(path, operations=_operations(summary, shown, answered), parameters=list(parameters))


def _operations(summary: str, security: Iterable[str], answered: Answered) -> dict[str, Any]:
    shared = {
        "tags": ["calls"],
        "summary": summary,
        "security": [{one: []} for one in security],
        "description": "jtel's telephony event CONNECTED. The caller's open Cases get a comment, at once or later. The "
        "variables may stand in the query, a form or JSON, with or without `$`.",
    }
    values = {
        name: {"type": ["string", "number", "null"], "description": said} for name, (said, _) in _VARIABLES.items()
    }
    form = {"type": "object", "required": list(_NEEDED), "properties": values}
    example = {name: value for name, (_, value) in _VARIABLES.items()}
    bodies = {one: {"schema": form, "example": example} for one in ("application/json", _FORM)}
    refused = {
        "500": answered("Nothing was noted; `reason` and `message` say who acts.", (Status.INVALID, Status.REFUSED)),
        "401": answered("The credentials are wrong, or there is no such source.", (Status.UNAUTHORIZED,)),
    }
    return {
        "post": {
            **shared,
            "requestBody": {"required": True, "content": bodies},
            "responses": {"200": answered("Noted, or there was nothing to note.", _NOTED), **refused},
        },
        "get": {
            **shared,
            "parameters": [_in_query(name) for name in _VARIABLES],
            "responses": {
                "200": answered("The same; `ready` where nothing is asked.", (*_NOTED, Status.READY)),
                **refused,
            },
        },
    }


def _in_query(name: str) -> dict[str, Any]:
    said, example = _VARIABLES[name]
    return {"name": name, "in": "query", "description": said, "schema": {"type": "string"}, "example": example}
