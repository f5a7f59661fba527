"""Why somebody does something, in that person's words."""

from flask import request

from app.domain.harmless import harmless

# So long a field of a form may be, too. It is kept with each callback.
LONGEST = 500


def reason_given(field: str) -> str:
    """What stands in this field of the form: in a line, cut, and without what steers a text or a database refuses."""
    return harmless(" ".join(request.form.get(field, "").split()))[:LONGEST]
