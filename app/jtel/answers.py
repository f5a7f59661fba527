"""What jtel's answers mean: their status, and their body if it is jtel's."""

import json
from collections.abc import Mapping
from typing import Any

from app.domain.reasons import Reason
from app.jtel.attributes import to_whole
from app.jtel.call import JtelAnswer, JtelCall
from app.jtel.errors import JtelError
from app.jtel.undocumented import ANSWERS_OF_CLONE_AND_DELETE

OK = (200, *ANSWERS_OF_CLONE_AND_DELETE)
_REDIRECTS = range(300, 400)
# Some servers answer so what they have done.
_MAYBE_DONE = (302, 303)
_TIMED_OUT = 408
_LONGEST_WORD = 200
_NO_LOGIN = (
    "jtel does not take the token for this client (401): compare JTEL_TOKEN and JTEL_CLIENTS_ID with jtel's portal. A "
    "token that is generated anew makes the old one invalid at once."
)


def parse(body: bytes) -> Any:
    """The JSON of an answer; None if it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def read_answer(call: JtelCall, status: int, body: bytes) -> Any:
    """The JSON of an answer; None if it is empty. Raises `JtelError` if jtel has not done what was asked."""
    answer = parse(body)
    envelope = answer if isinstance(answer, Mapping) else {}
    # With which status jtel answers that a variable was not set is not documented.
    if call.answer is JtelAnswer.RESULT and to_whole(envelope.get("result")) is not None:
        return answer
    check_envelope(call, status, envelope)
    if status not in OK:
        raise refusal(call, status, body)
    if answer is None and body.strip() not in (b"", b"null"):
        raise unreadable(call)
    return answer


def check_envelope(call: JtelCall, status: int, envelope: Mapping[str, Any]) -> None:
    """The envelope says the status, too, and counts where HTTP says that all is well. Raises `JtelError`."""
    said = to_whole(envelope.get("status"))
    if status in OK and said is not None and said not in OK:
        raise refusal(call, said, json.dumps({"error": envelope.get("error")}).encode())


def refusal(call: JtelCall, status: int, body: bytes) -> JtelError:
    """The error of an answer with this status."""
    envelope = parse(body)
    is_jtels = isinstance(envelope, Mapping) or not body.strip()
    said = str(envelope.get("error") or "")[:_LONGEST_WORD] if isinstance(envelope, Mapping) else ""
    reason, message = _meaning(call, status, empty=not body.strip(), is_jtels=is_jtels)
    return JtelError(reason, message, unknown=_maybe_done(call, status), said=said)


def unreadable(call: JtelCall) -> JtelError:
    """The error of an answer that is none of jtel's, whatever its status says."""
    return JtelError(
        Reason.JTEL_ANSWER_UNREADABLE,
        f"What came is no answer of jtel's ({call.command}). Look for a proxy or a sign-in page at JTEL_URL.",
        unknown=not call.repeatable,
    )


def _maybe_done(call: JtelCall, status: int) -> bool:
    """Whether jtel may have done it all the same: a client's error says that nobody has."""
    surely_not = status in range(300, 500) and status not in (*_MAYBE_DONE, _TIMED_OUT)
    return not call.repeatable and not surely_not


def _meaning(call: JtelCall, status: int, *, empty: bool, is_jtels: bool) -> tuple[Reason, str]:
    if status == 401:
        return Reason.JTEL_LOGIN_REFUSED, _NO_LOGIN
    if status >= 500:
        return Reason.JTEL_FAILED, f"jtel, or a proxy before it, failed ({status}; {call.command}). See jtel's own log."
    if status in _REDIRECTS:
        return (
            Reason.JTEL_ANSWER_UNREADABLE,
            f"The address redirects ({status}), and the token is sent nowhere else. Set JTEL_URL to where it leads.",
        )
    if is_jtels and status == 404 and empty:
        return (
            Reason.JTEL_CALL_UNKNOWN,
            f"jtel has no such call (404; {call.command}). Check JTEL_URL, or jtel's release is too old for it.",
        )
    if is_jtels and status in _OF_JTEL:
        reason, what = _OF_JTEL[status]
        return reason, f"{what} ({status}; {call.command})."
    return (
        Reason.JTEL_ANSWER_UNREADABLE,
        f"What came is no answer of jtel's ({status}; {call.command}). Look for a proxy or a firewall at JTEL_URL.",
    )


_OF_JTEL: Mapping[int, tuple[Reason, str]] = {
    400: (Reason.JTEL_REQUEST_REFUSED, "jtel refuses the request, mostly because a parameter is missing or wrong"),
    404: (Reason.JTEL_NOT_FOUND, "jtel has nothing of this id or name"),
    409: (Reason.JTEL_CONFLICT, "jtel has something of this name already, or what the call needs is not there"),
}
