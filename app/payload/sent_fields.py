"""What a request says, field by field, as text: for people, not for delivery."""

from collections.abc import Mapping

from app.domain.jtel_values import to_text
from app.payload.decode import decode, unwrap
from app.payload.fields import by_jtels_name


def sent_fields(body: bytes, query: bytes) -> Mapping[str, str]:
    """The fields that say something, those that jtel documents under its spelling and first.

    Raises `PayloadError` when there is nothing, or nothing that can be read.
    """
    documented, extra = by_jtels_name(unwrap(decode(body, query)))
    texts = ((name, to_text(value)) for name, value in (*documented.items(), *extra.items()))
    return {name: text for name, text in texts if text is not None}
