"""What is said beside a deed."""

from contextlib import suppress

import click


def tell(line: str, *, err: bool = False) -> None:
    """Says it, if anybody reads: the deed goes on after `| head`, and on a full disk."""
    with suppress(OSError):
        click.echo(line, err=err)
