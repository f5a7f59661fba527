"""A REST call as the resources see it, free of the web framework, so that composite can make calls itself."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.sandbox.salesforce.errors import bad_json


@dataclass(frozen=True)
class ApiCall:
    """One call, or one subrequest of a composite call."""

    method: str
    path: str
    """The whole path with its query, as on the wire: what faults match."""
    version: str
    user_id: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name."""
    raw: bytes = b""
    outer: str = ""
    """For a subrequest: method and path of the composite call it is part of. Faults match this too."""

    @property
    def release(self) -> int:
        """The version as a number, to compare: 66 for `66.0`."""
        return int(self.version.partition(".")[0])

    @property
    def base(self) -> str:
        """What the addresses in answers start with."""
        return f"/services/data/v{self.version}"

    def url(self, object_name: str, record_id: str) -> str:
        return f"{self.base}/sobjects/{object_name}/{record_id}"

    def header(self, name: str) -> str | None:
        return self.headers.get(name.lower())

    def options(self, name: str) -> dict[str, str]:
        """A header of the form `key=value; key=value`."""
        pairs = (part.partition("=") for part in (self.header(name) or "").split(";"))
        return {key.strip().lower(): value.strip() for key, _, value in pairs if key.strip()}

    def flag(self, name: str) -> bool:
        return is_true(self.parameters.get(name))

    def json(self) -> Any:
        """The body; Salesforce's complaint when there is none or it is no JSON."""
        if not self.raw.strip():
            raise bad_json("The HTTP entity body is required, but this request has no entity body.")
        try:
            return json.loads(self.raw)
        except json.JSONDecodeError as problem:
            raise bad_json(_complaint(problem)) from None
        except UnicodeDecodeError:
            raise bad_json("Invalid UTF-8 start byte at [line:1, column:1]") from None

    def place_of(self, name: str) -> str:
        """Where the value of a key stands in the body, for messages: `[line:1, column:12]`."""
        text = self.raw.decode("utf-8", "replace")
        found = re.search(rf"{re.escape(json.dumps(name))}\s*:\s*", text)
        end = found.end() if found else 0
        return f"[line:{text.count(chr(10), 0, end) + 1}, column:{end - text.rfind(chr(10), 0, end)}]"

    def json_object(self) -> dict[str, Any]:
        body = self.json()
        if not isinstance(body, dict):
            kind = "START_ARRAY" if isinstance(body, list) else "VALUE_STRING"
            raise bad_json(f"Cannot deserialize instance of map from {kind} value [line:1, column:1]")
        return body


@dataclass(frozen=True)
class ApiAnswer:
    """What a resource answers; no body means an empty one."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


def is_true(value: Any) -> bool:
    """`true`, also as a text: so reads Salesforce's JSON reader."""
    return str(value).lower() == "true"


def _complaint(problem: json.JSONDecodeError) -> str:
    place = f"[line:{problem.lineno}, column:{problem.colno}]"
    if problem.pos >= len(problem.doc.rstrip()):
        return f"Unexpected end-of-input: expected close marker at {place}"
    character = problem.doc[problem.pos]
    return f"Unexpected character ('{character}' (code {ord(character)})): {problem.msg} at {place}"
