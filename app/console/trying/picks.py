"""Payloads that may be picked: examples, and callbacks that came."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.domain.entry import Entry
from app.domain.harmless import payload_text
from app.ledger.ledger import Ledger
from app.trial.payload import Payload
from app.trial.recent import last_payloads, payload_of

# They are there in a checkout; who has installed Ringback otherwise has callbacks of their own.
EXAMPLES = Path(__file__).parents[3] / "examples"
_FORMS = (".json", ".form", ".query")
RECENT = 10


@dataclass(frozen=True)
class Picked:
    """What is put into the form: the text, and of which callback it is, if it is of one."""

    text: str
    callback: int | None = None


def examples() -> Sequence[str]:
    """The names of the examples."""
    return sorted(path.name for path in EXAMPLES.glob("*") if path.suffix in _FORMS)


def recent(ledger: Ledger) -> Sequence[Payload]:
    """The last callbacks, the newest first. Raises `LedgerError`."""
    return list(last_payloads(ledger, RECENT))[::-1]


def example(name: str) -> Picked | None:
    """The text of an example."""
    if name not in examples():
        return None
    text = (EXAMPLES / name).read_text(encoding="utf-8").strip()
    return Picked(f"?{text.removeprefix('?')}" if name.endswith(".query") else text)


def text_of(entry: Entry) -> str:
    """What is delivered of it, as text: what stood in the address begins with a question mark."""
    body, query = entry.payload
    return _lines(payload_text(body or b"?" + query))


def payload_to_try(text: str, source: str | None, entry: Entry | None) -> Payload:
    """What is tried. The bytes are those that came, as long as nobody has changed the text."""
    came = payload_of(entry) if entry is not None else None
    if came is not None and entry is not None and _lines(text) == text_of(entry):
        return came
    written = _lines(text).encode()
    body, query = (b"", written[1:]) if written.startswith(b"?") else (written, b"")
    return replace(came, body=body, query=query) if came else Payload("pasted", body, query, source)


def _lines(text: str) -> str:
    # Forms send all line ends alike.
    return text.replace("\r\n", "\n")
