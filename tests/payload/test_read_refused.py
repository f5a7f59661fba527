"""What is no callback, as files: `refused/<reason>/<what>`."""

from pathlib import Path

import pytest

from app.domain.errors import PayloadError
from app.domain.reasons import Scope
from tests.payload.reading import named, read_request

REFUSED = Path(__file__).parent / "refused"
# Planted in the files, so that a message that repeats what was sent gives itself away.
MARKERS = ("Geheim", "8675309")


NAMES = sorted({path.with_suffix("") for path in REFUSED.glob("*/*")})


@pytest.mark.parametrize("name", named(NAMES, REFUSED))
def test_refuses_with_its_reason(name):
    """What is no callback is refused with the one reason that fits, and it is the sender's to mend."""
    with pytest.raises(PayloadError) as caught:
        read_request(name)

    assert name.parent.name == caught.value.reason.word
    assert Scope.REQUEST is caught.value.reason.scope


@pytest.mark.parametrize("name", named(NAMES, REFUSED))
def test_message_tells_no_value(name):
    """A message is one line for a log, and repeats nothing that was sent: it may be personal."""
    with pytest.raises(PayloadError) as caught:
        read_request(name)

    assert [] == [marker for marker in MARKERS if marker in caught.value.message]
    assert [caught.value.message] == caught.value.message.splitlines()


@pytest.mark.parametrize("name", named(NAMES, REFUSED))
def test_message_speaks_no_python(name):
    """A jtel admin reads the message: it names no type of Python's."""
    message = _message(name)

    assert [] == [word for word in (" str,", " dict,", " list,", " NoneType,", " int,") if word in message]


def test_message_tells_all_problems_at_once():
    """A request without id and without number is told both, so that it is mended in one go."""
    message = _message(REFUSED / "event_id_missing" / "empty-object")

    assert "AcdEventsID" in message
    assert "CallbackNumber" in message


def test_message_names_both_invalid_ids():
    """Two invalid ids are both named by their field and by the shape of what came."""
    message = _message(REFUSED / "event_id_invalid" / "both-ids")

    assert "AcdEventsID is text of 7 characters" in message
    assert "ID is 0" in message


def _message(name: Path) -> str:
    try:
        read_request(name)
    except PayloadError as error:
        return error.message
    return ""
