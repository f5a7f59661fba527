"""A call of jtel's REST API as a command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from app.cli.jtel.access import client_of
from app.cli.jtel.deleting import confirm_deletion
from app.cli.jtel.show import show
from app.cli.opened import StopError
from app.domain.harmless import harmless
from app.domain.reasons import Reason
from app.domain.source import DEFAULT_SOURCE
from app.jtel.calls import JtelAnswer, JtelCall, Parameter
from app.jtel.client import JtelClient
from app.jtel.errors import JtelError
from app.jtel.new_event import NewEvent

_ID = click.IntRange(min=1)


def command_of(call: JtelCall, word: str) -> click.Command:
    """The command: what it needs are arguments, all else options; an event has only options, as it has many."""

    def run(source: str, as_json: bool, yes: bool = False, **given: Any) -> None:
        client = client_of(source)
        with _telling():
            if call.deletes:
                confirm_deletion(client, given, yes=yes)
            done = show(call, _ask(client, call, given), as_json=as_json)
        sys.exit(0 if done else 1)

    parameters = [_click_of(one, as_option=call.answer is JtelAnswer.CREATED) for one in call.parameters]
    # A value may begin with a minus, which is no option then.
    settings = {"ignore_unknown_options": call.answer is JtelAnswer.RESULT}
    text = f"{call.does[0].upper()}{call.does[1:]}.\n\n{call.method} {call.path}"
    shared = [*_SHARED, *([_YES] if call.deletes else [])]
    return click.Command(word, callback=run, params=[*parameters, *shared], help=text, context_settings=settings)


def _ask(client: JtelClient, call: JtelCall, given: dict[str, Any]) -> Any:
    named = {name: value for name, value in given.items() if value is not None}
    if call.answer is JtelAnswer.CREATED:
        return client.create_event(NewEvent(**named))
    return getattr(client, call.name)(**named)


@contextmanager
def _telling() -> Iterator[None]:
    """Makes a sentence of what jtel says."""
    try:
        yield
    except JtelError as error:
        if error.reason is Reason.JTEL_INPUT_INVALID:
            raise StopError(error.message) from error
        lines = [f"{error.message} (reason: {error.reason.word})"]
        if error.said:
            lines.append(f"jtel says: {harmless(error.said)}")
        if error.unknown:
            lines.append("jtel may have done it all the same: look before you try again.")
        raise click.ClickException("\n".join(lines)) from error


def _click_of(one: Parameter, *, as_option: bool) -> click.Parameter:
    kind: click.ParamType[Any] = _ID if one.argument == "id" else click.types.convert_type(one.type)
    if one.required and not as_option:
        return click.Argument([one.argument], type=kind)
    name = f"--{one.argument.replace('_', '-')}"
    return click.Option([name, one.argument], type=kind, required=one.required, help=f"{one.name}: {one.meaning}.")


_SHARED = (
    click.Option(["--source"], default=DEFAULT_SOURCE, show_default=True, help="Whose jtel: the source's name."),
    click.Option(["--json", "as_json"], is_flag=True, help="jtel's records as they are, one on each line."),
)
_YES = click.Option(["--yes"], is_flag=True, help="Do not ask.")
