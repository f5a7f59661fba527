"""What marshmallow finds wrong, as sentences for an admin."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.mapping.codes import Code
from app.mapping.environment import EnvText
from app.mapping.problems import Finding, Path, Spot

NAME_INVALID = "wanted is a text of 1 to 60 characters"
NAME_MISSING = "a rule needs a name, `- name: b2b`; it stands in answers and logs"
RULES_MISSING = "there have to be rules"
RULES_EMPTY = "there has to be a rule"
LIST = "wanted is a list, `[one, two]`"
MAPPING = "wanted is a mapping, `key: value`"
RULES_INVALID = "wanted is a list: each rule begins with `- name:`"

_COMPARED = re.compile(r"\s*([\w.]+)\s*(?:==?|:|is)\s*(\S.*?)\s*")
# marshmallow's stock texts say what is wrong, but not what would be right.
UNKNOWN = "Unknown field."
_BETTER = {
    "Field may not be null.": (Code.VALUE_MISSING, "has no value: give it one, or take the line out"),
    "Missing data for required field.": (Code.KEY_MISSING, "is missing"),
    "Not a valid boolean.": (Code.WRONG_TYPE, "wanted is true or false"),
    "Not a valid integer.": (Code.WRONG_TYPE, "wanted is a whole number"),
    "Not a valid number.": (Code.WRONG_TYPE, "wanted is a number"),
    "Not a valid string.": (Code.WRONG_TYPE, "wanted is a text"),
    "Not a valid list.": (Code.WRONG_TYPE, LIST),
    "Not a valid mapping type.": (Code.WRONG_TYPE, MAPPING),
    "Invalid input type.": (Code.WRONG_TYPE, MAPPING),
    "Invalid type.": (Code.WRONG_TYPE, "wanted is a list, `[one, two]`"),
    NAME_MISSING: (Code.KEY_MISSING, NAME_MISSING),
    RULES_MISSING: (Code.KEY_MISSING, RULES_MISSING),
    RULES_EMPTY: (Code.VALUE_MISSING, RULES_EMPTY),
    RULES_INVALID: (Code.WRONG_TYPE, RULES_INVALID),
}


class Said(str):
    """A message on its way through marshmallow, with what marshmallow does not know of."""

    __slots__ = ("code", "path", "spot")

    code: Code
    path: Path
    spot: Spot | None

    def __new__(cls, text: str, code: Code, path: Path = (), spot: Spot | None = None) -> "Said":
        """The text itself is the message."""
        said = super().__new__(cls, text)
        said.code = code
        said.path = path
        said.spot = spot
        return said


def flatten(messages: Any, document: Any = None, path: Path = (), code: Code = Code.INVALID_VALUE) -> Iterator[Finding]:
    """marshmallow's nested messages as findings; `document` is what they are about, `code` for foreign messages."""
    if isinstance(messages, Mapping):
        for step, inner in messages.items():
            within = _within(document, step)
            # What marshmallow says of a mapping's key or value stands one level too deep.
            if step == "_schema" or (step in ("key", "value") and (within is None or _is_lookup(document))):
                yield from flatten(inner, document, path, code)
            else:
                yield from flatten(inner, within, (*path, step), code)
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield _finding(message, document, path, code)


def _is_lookup(document: Any) -> bool:
    """Whether it has a key `value` of its own; what is wrong with that brings its path along."""
    return isinstance(document, Mapping) and "lookup" in document


def shape_wanted(value: Any, wanted: str) -> str:
    """What is wanted instead of `value`, with the right form where it is plain."""
    # What a variable of the environment holds is not told.
    if isinstance(value, EnvText):
        return wanted
    if wanted == LIST and isinstance(value, str):
        return f"wanted is a list: [{value}]"
    if wanted == MAPPING and isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        return f"{MAPPING}: take the hyphens, or [ ], out"
    bare = value.strip().removeprefix("{{").removesuffix("}}") if isinstance(value, str) else ""
    compared = _COMPARED.fullmatch(bare) if wanted == MAPPING else None
    return f"{MAPPING}: {{{compared[1]}: {compared[2]}}}" if compared else wanted


def _finding(message: Any, document: Any, path: Path, code: Code) -> Finding:
    if isinstance(message, Said):
        return Finding((*path, *message.path), message.code, str(message), message.spot)
    better = _BETTER.get(str(message), (code, str(message)))
    return Finding(path, better[0], shape_wanted(document, better[1]))


def _within(document: Any, step: Any) -> Any:
    try:
        return document[step]
    except (KeyError, IndexError, TypeError):
        return None
