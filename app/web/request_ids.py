"""Which id of a sender may name a request: it is answered, logged and stored as it came."""

import re
import uuid

_FORM = re.compile(r"[A-Za-z0-9._:-]{1,64}")
# Seven digits in a row can be dialled, whatever parts them.
_DIALLED = re.compile(r"[0-9](?:[._:-]*[0-9]){6}")
# Of a UUID, and of a trace id, digits in a row are chance, so long as there are letters as well.
_RANDOM = re.compile(
    r"(?=(?:[^a-f]*[a-f]){3})"
    r"(?:[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|[0-9a-f]{32})",
    re.IGNORECASE,
)


def request_id_of(sent: str) -> str:
    """What was sent, if it cannot hold a telephone number; else a new one."""
    harmless = _FORM.fullmatch(sent) and not _DIALLED.search(sent)
    return sent if harmless or _RANDOM.fullmatch(sent) else uuid.uuid4().hex
