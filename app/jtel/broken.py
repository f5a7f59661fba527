"""What it means when no answer comes."""

from collections.abc import Iterator
from ssl import SSLCertVerificationError

from requests.exceptions import ConnectTimeout, InvalidHeader, InvalidURL, ReadTimeout
from urllib3.exceptions import NewConnectionError, ReadTimeoutError

from app.domain.reasons import Reason
from app.jtel.call import JtelCall
from app.jtel.errors import JtelError

_NOTHING_SENT = (ConnectTimeout, NewConnectionError, SSLCertVerificationError, InvalidURL, InvalidHeader)
_TOO_LATE = (ReadTimeout, ReadTimeoutError, TimeoutError)


def broken(call: JtelCall, error: BaseException) -> JtelError:
    """The error of a call that has no answer. Only what surely was not sent is surely not done."""
    causes = list(_causes(error))
    if any(isinstance(one, _NOTHING_SENT) for one in causes):
        return JtelError(
            Reason.JTEL_UNREACHABLE,
            "jtel's REST API cannot be reached: there is no connection, or its certificate is not known. Check "
            "JTEL_URL and the way to jtel's network (docs/jtel-api.md).",
            unsent=True,
        )
    unknown = not call.repeatable
    if any(isinstance(one, _TOO_LATE) for one in causes):
        return JtelError(Reason.JTEL_TIMEOUT, f"jtel gave no whole answer in time ({call.command}).", unknown=unknown)
    return JtelError(
        Reason.JTEL_CONNECTION_LOST,
        f"The connection to jtel broke before the answer was whole ({call.command}).",
        unknown=unknown,
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and all that it was raised for or holds."""
    seen: set[int] = set()
    left = [error]
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = [one.__cause__, getattr(one, "reason", None), *one.args]
        left += [each for each in inner if isinstance(each, BaseException)]
