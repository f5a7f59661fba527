"""What a Flow of Salesforce sends, as JSON Schema. `app.operations.way_back.asked` reads it."""

from collections.abc import Mapping
from typing import Any

_OR_NOTHING = {"type": ["string", "number", "null"]}

WISH: Mapping[str, Any] = {
    "type": "object",
    "required": ["caseId", "number", "group"],
    "properties": {
        "caseId": {
            "type": "string",
            "pattern": "^500[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$",
            "description": "The Case that asks.",
            "examples": ["500Rb0000000001IAA"],
        },
        "number": {
            "type": "string",
            "description": "The telephone number to call, best with its country code.",
            "examples": ["+49 30 901820"],
        },
        "group": {
            "type": ["string", "integer"],
            "description": "The ACD group in jtel: its id, or its name.",
            "examples": [235, "B2B Support"],
        },
        "subject": {**_OR_NOTHING, "description": "What the agent sees first."},
        "body": {**_OR_NOTHING, "description": "What the agent sees then."},
        "appointment": {
            "type": ["string", "null"],
            "description": "Not before then: ISO 8601, on the source's clock if it names no offset.",
            "examples": ["2026-12-01T09:30"],
        },
        "priority": {
            "type": ["integer", "string", "null"],
            "description": "0 to 200; jtel takes 50 without it.",
            "examples": [80],
        },
        "wish": {
            **_OR_NOTHING,
            "description": "Tells several wishes of a Case apart; without it, all that is asked for does.",
        },
    },
}
