"""What the parts of the JSON Schema are made of."""

import re
from collections.abc import Mapping
from typing import Any

Part = dict[str, Any]

# A value that is read from the environment can be anything, as far as an editor knows.
_ENVIRONMENT = r"\$\{"


def ref(name: str) -> Part:
    """What is defined under `name`."""
    return {"$ref": f"#/definitions/{name}"}


def obj(properties: Mapping[str, Part], *required: str, **more: Any) -> Part:
    """A mapping with these keys and no others, unless `more` says so."""
    found: Part = {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}
    return {**found, "required": list(required)} if required else found


def text_like(pattern: str, **more: Any) -> Part:
    """A text that is this pattern as a whole, or names a variable of the environment."""
    return {"type": "string", "pattern": f"^(?:{pattern})$|{_ENVIRONMENT}", **more}


def one_of(choices: list[str], **more: Any) -> Part:
    """One of these texts, or what names a variable of the environment."""
    return {"anyOf": [{"enum": choices}, {"type": "string", "pattern": _ENVIRONMENT}], **more}


def any_case(word: str) -> str:
    """A pattern for the word in capital letters, small ones or both."""
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else re.escape(letter) for letter in word)
