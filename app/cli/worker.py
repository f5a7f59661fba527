"""`ringback worker`: the engine in a process of its own, for RINGBACK_ENGINE=procrastinate."""

import click

from app.domain.errors import ConfigError
from app.ledger.migrate import UnknownRevisionError
from app.wiring import wire_worker


@click.command()
def worker() -> None:
    """Deliver what waits, until a signal comes. Start as many as you like, on as many machines."""
    try:
        runtime = wire_worker()
    except ConfigError as error:
        raise click.ClickException("\n".join(["Ringback cannot start:", *error.problems])) from error
    except UnknownRevisionError as error:
        raise click.ClickException("The database belongs to a newer Ringback than this one.") from error
    if runtime.settings.engine != "procrastinate":
        raise click.ClickException(
            "Nothing to do: the web processes deliver by themselves. Set RINGBACK_ENGINE=procrastinate for workers."
        )
    runtime.follow_config()
    runtime.watch()
    runtime.start_purging()
    runtime.start_reconciling()
    runtime.start_repairing()
    try:
        runtime.worker().run()
    finally:
        runtime.close()
