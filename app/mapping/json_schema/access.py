"""How a source shows who it is, as JSON Schema."""

from app.domain.access import Scheme
from app.mapping.access import HEADER_NAME, USER_NAME
from app.mapping.json_schema.parts import Part, obj, one_of, text_like


def access() -> dict[str, Part]:
    """The definition `auth`."""
    basic, header = Scheme.BASIC.value, Scheme.HEADER.value
    user = text_like(USER_NAME, description="the user name; the secret is its password", examples=["jtel"])
    name = text_like(HEADER_NAME, description="the header that holds the secret", examples=["X-Api-Key"])
    return {"auth": {"anyOf": [one_of([Scheme.BEARER.value]), obj({basic: user}, basic), obj({header: name}, header)]}}
