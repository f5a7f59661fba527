"""What commands on the ledger share: they open it, and they end with a sentence when something is wrong."""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from sqlalchemy.exc import ArgumentError

from app.cli.table import meanings_table
from app.domain.entry import Entry
from app.domain.errors import ConfigError
from app.ledger.database import LedgerError
from app.ledger.ledger import Ledger
from app.ledger.migrate import UnknownRevisionError
from app.observability import configure_logging
from app.operations.named import NamingError, SeveralError, named
from app.wiring import Runtime, build_runtime


class StopError(click.ClickException):
    """Ends the command with this sentence and status 2: nothing was done."""

    exit_code = 2


@contextmanager
def stopping() -> Iterator[None]:
    """Makes sentences of what may go wrong."""
    try:
        yield
    except ConfigError as error:
        # What a database says of itself may have several lines; the first one says it.
        raise StopError("\n".join(problem.partition("\n")[0] for problem in error.problems)) from error
    except LedgerError as error:
        raise StopError(f"The database cannot be used ({error}). Is it running, and is DATABASE_URL right?") from error
    except UnknownRevisionError as error:
        raise StopError("The database belongs to a newer Ringback than this one.") from error
    except ArgumentError as error:
        raise StopError("DATABASE_URL is no address of an SQLite or a Postgres.") from error
    except NamingError as error:
        raise StopError(str(error)) from error


@contextmanager
def opened() -> Iterator[Runtime]:
    """What the settings and the configuration make of this process."""
    with stopping():
        runtime = build_runtime()
        log_to_stderr(runtime.settings.log_format)
        try:
            yield runtime
        finally:
            runtime.database.close()


def log_to_stderr(log_format: str = "auto") -> None:
    """Warnings only: standard output is the command's own."""
    configure_logging(log_format, level=logging.WARNING, stream="stderr")


def entries_named(ledger: Ledger, names: Sequence[str], sources: Sequence[str] = ()) -> list[Entry]:
    """The entries that these names mean, each once. What a name of several meanings may mean is shown.

    Raises `NamingError` and `LedgerError`.
    """
    try:
        found = {one.id: one for name in names for one in named(ledger, name, sources)}
    except SeveralError as error:
        for line in meanings_table(error.meanings, ledger.now()):
            click.echo(line)
        raise
    return list(found.values())


def confirm(question: str, *, yes: bool) -> None:
    """Goes on only if a person says yes, here or beforehand."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise StopError("Nothing was done: there is no terminal to ask on. Say --yes if you mean it.")
    click.confirm(question, abort=True, err=True)
