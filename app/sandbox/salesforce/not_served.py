"""What a real org has and the sandbox does not serve: refused in plain words, not as if it were not there."""

import re
from collections.abc import Sequence

from werkzeug.datastructures import Headers

from app.sandbox.salesforce.errors import error

_RESOURCES = re.compile(
    r"sobjects/[^/]+/(updated|deleted|listviews|quickActions|defaultValues|namedLayouts|describe/[^/]+)(/.*)?"
    r"|sobjects/[^/]+/[0-9A-Za-z]{15,18}/.+"
    r"|composite/(batch|graph|tree)(/.*)?"
    r"|(limits|search)/.+"
    r"|(actions|analytics|appMenu|async-queries|chatter|commerce|connect|event|consent|dedupe|jobs|knowledgeManagement"
    r"|metadata|process|quickActions|recent|scheduling|support|tabs|theme|tooling|ui-api|wave)"
    r"(/.*)?"
)
_CONDITIONS = ("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since")


def refuse_resource(segments: Sequence[str]) -> None:
    """`segments` are the parts of the path after the version."""
    path = "/".join(segments)
    if _RESOURCES.fullmatch(path):
        raise error(404, "NOT_FOUND", f"The sandbox does not serve /{path}")


def refuse_conditions(headers: Headers) -> None:
    """A record would be changed that its client wanted to leave alone."""
    for name in (name for name in _CONDITIONS if name in headers):
        raise error(400, "INVALID_INPUT", f"The sandbox does not serve the header {name}")
