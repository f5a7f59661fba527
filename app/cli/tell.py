"""What is said beside a deed."""

import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar


def tell(line: str, *, err: bool = False) -> None:
    """Says it, if anybody reads: the deed goes on after `| head`, and on a full disk."""
    with suppress(OSError):
        click.echo(line, err=err)


def write_any_letter() -> None:
    """From now on a terminal that has not all letters ends no deed: they are spelled."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def progress(length: int) -> "ProgressBar[int]":
    """A bar, where a person sees standard error."""
    shown = sys.stderr is not None and sys.stderr.isatty()
    return click.progressbar(length=length, file=sys.stderr, hidden=not shown)
