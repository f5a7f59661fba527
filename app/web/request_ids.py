"""Which id of a sender may name a request: it is answered, logged and stored as it came."""

import re
import uuid

_FORM = re.compile(r"[A-Za-z0-9._:-]{1,64}")
# What the log would mask: six digits in a row, or five after a 0 has begun them, whatever parts them.
_GAP = r"[._:-]*"
_DIALLED = re.compile(rf"[0-9](?:{_GAP}[0-9]){{5}}|(?<![0-9])0(?:{_GAP}[0-9]){{4}}")
# Of a UUID, and of a trace id, digits in a row are chance, so long as they are few and there are letters as well.
_RANDOM = re.compile(
    r"(?=(?:[^a-f]*[a-f]){3})(?!.*[0-9]{9})"
    r"(?:[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|[0-9a-f]{32})",
    re.IGNORECASE,
)


def request_id_of(sent: str) -> str:
    """What was sent, if it cannot hold a telephone number; else a new one."""
    harmless = _FORM.fullmatch(sent) and not _DIALLED.search(sent)
    return sent if harmless or _RANDOM.fullmatch(sent) else uuid.uuid4().hex
