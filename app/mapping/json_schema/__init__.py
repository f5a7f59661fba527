"""`config/ringback.yaml` as a JSON Schema, so that editors complete it and mark mistakes while it is written.

Made of the marshmallow schemas that load it, so that there is one truth. It accepts all that Ringback accepts, but not
only that: what needs the whole file, such as a rule that is never reached, is for `ringback check`.
"""

from typing import Any

from app.mapping.json_schema.access import access
from app.mapping.json_schema.conditions import conditions
from app.mapping.json_schema.values import values
from app.mapping.json_schema.walk import walk
from app.mapping.schema import ConfigSchema


def json_schema() -> dict[str, Any]:
    """The schema, in the version that editors know best."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Ringback: sources and rules",
        **walk(ConfigSchema()),
        "definitions": {**values(), **conditions(), **access()},
    }
