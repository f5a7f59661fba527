"""`ringback rekey`: encrypt everything with the key in force."""

import sys

import click

from app.cli.opened import StopError, opened
from app.cli.tell import progress, tell
from app.ledger.resealing import count_others
from app.operations.rekey import encrypt_anew


@click.command()
def rekey() -> None:
    """Encrypt all that is stored with the first key of RINGBACK_ENCRYPTION_KEY; the others are needed no more then.

    Run it when all processes have the new key, also after a key was given for the first time. It does not get in the
    way of the service, and running it again does no harm.
    """
    with opened() as runtime:
        seal = runtime.ledger.codec.seal
        if seal is None:
            raise StopError("RINGBACK_ENCRYPTION_KEY is not set: there is no key to encrypt with.")
        count = count_others(runtime.database, runtime.ledger.codec)
        with progress(count) as bar:
            left = encrypt_anew(runtime.ledger, bar.update)
    tell(f"{count} payloads were encrypted with key {seal.key_id}.")
    if left:
        tell(f"{left} have come since with another key: give every process the new key, then run it again.")
        sys.exit(1)
    tell("Only this key is needed from now on.")
