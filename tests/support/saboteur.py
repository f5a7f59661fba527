"""A mapper with every bug that a mapper can have, and bugs put into Ringback itself; each quotes the caller."""

import logging
import threading
import warnings
from typing import Any

from app.delivery import attempt
from app.delivery.request import intake
from app.mapping import Callback, Mapper, Record


class LooseEndError(Exception):
    """Says what it was given."""


class Untidy:
    """Cannot be thrown away."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __del__(self) -> None:
        raise LooseEndError(self.text)


class Saboteur(Mapper):
    """Does what the subject asks for."""

    def map(self, callback: Callback) -> Record:
        subject, text = callback.subject or "", f"{callback} {callback.body} {callback.callback_number}"
        if "raises" in subject:
            try:
                raise LooseEndError(text)
            except LooseEndError as error:
                raise ValueError(f"cannot map {text}") from error
        if "talks" in subject:
            _talk(text)
        return Record("Case", dict(self.fields.render(callback)))


def _talk(text: str) -> None:
    warnings.warn(text, UserWarning, stacklevel=1)
    for name in ("urllib3.connectionpool", "requests", "simple_salesforce.api", "sqlalchemy", "psycopg.pool", "mine"):
        library = logging.getLogger(name)
        library.warning("Retrying after %r: /query?q=%s", LooseEndError(text), text)
        library.warning("Got %(text)s", {"text": text})
        library.warning(f"Got '{text}'")
        library.error("%d is wrong", text)
        try:
            raise LooseEndError(text)
        except LooseEndError:
            library.exception("Failed")
    thread = threading.Thread(target=_raise, args=(text,))
    thread.start()
    thread.join()
    Untidy(text)


def _raise(text: str) -> None:
    raise LooseEndError(text)


def _sabotage(module: Any, name: str, wanted: str) -> None:
    whole = getattr(module, name)

    def broken(first: Any, *rest: Any) -> Any:
        if wanted in str(first):
            raise LooseEndError(str(first))
        return whole(first, *rest)

    setattr(module, name, broken)


_sabotage(intake, "fingerprint", "breaks the request")
_sabotage(attempt, "mark_late", "breaks the attempt")
