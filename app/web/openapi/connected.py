"""The paths that jtel's telephony events go to, as OpenAPI has them."""

from collections.abc import Iterable, Mapping
from typing import Any

from apispec import APISpec

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
_TYPES = "application/json", "application/x-www-form-urlencoded"


def add_connected(spec: APISpec, security: Iterable[str], source: Any, token: Any) -> None:
    """Adds them; `source` and `token` are the parameters that may stand in a path."""
    values = {
        name: {"type": ["string", "number", "null"], "description": said, "examples": [example]}
        for name, (said, example) in _VARIABLES.items()
    }
    spec.components.schema("Connected", {"type": "object", "required": list(_NEEDED), "properties": values})
    for name, (said, example) in _VARIABLES.items():
        shown = {"description": said, "schema": {"type": "string"}, "example": example}
        spec.components.parameter(name, "query", shown)
    spec.path(PATH, operations=_operations("A served caller of source `default`", security))
    spec.path(
        f"{PATH}/{{source}}", operations=_operations("A served caller of a source", security), parameters=[source]
    )
    in_url = _operations("The same, with the secret in the URL", ())
    spec.path(f"{PATH}/{{source}}/{{token}}", operations=in_url, parameters=[source, token])


def _operations(summary: str, security: Iterable[str]) -> dict[str, Any]:
    shared = {
        "tags": ["calls"],
        "summary": summary,
        "security": [{one: []} for one in security],
        "description": "jtel's telephony event CONNECTED. The caller's open Cases get a comment, at once or later. The "
        "variables may stand in the query, a form or JSON, with or without `$`.",
    }
    body = {"required": True, "content": {one: {"schema": "Connected"} for one in _TYPES}}
    others = {"500": "NotNoted", "401": "Unauthorized"}
    return {
        "post": {**shared, "requestBody": body, "responses": {"200": "Noted", **others}},
        "get": {**shared, "parameters": list(_VARIABLES), "responses": {"200": "NotedOrReady", **others}},
    }
