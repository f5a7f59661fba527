"""From a text of the YAML to what gives its value for a callback."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from app.mapping.codes import Code
from app.mapping.environment import EnvText
from app.mapping.language.template import Render, compile_native, compile_text, constant
from app.mapping.problems import WrongError


def compile_template(text: str) -> Render:
    """The text that the template gives, or nothing. Raises `WrongError`."""
    if not is_template(text):
        return constant(str(text))
    with _coded():
        return compile_text(source_of(text))


def compile_expression(text: str) -> Callable[[Mapping[str, Any]], Any]:
    """The very value where the template is one expression, else its text. Raises `WrongError`."""
    with _coded():
        return compile_native(source_of(text))


def is_template(text: str) -> bool:
    """Whether the text, as the file has it, holds anything of Jinja."""
    written = text.written if isinstance(text, EnvText) else text
    return any(mark in written for mark in ("{{", "{%", "{#"))


def nothing(_: Mapping[str, Any]) -> None:
    """No value, whatever the callback."""


def source_of(text: str) -> str:
    """The template in which the value of a variable can only be text."""
    return text.template if isinstance(text, EnvText) else text


@contextmanager
def _coded() -> Iterator[None]:
    try:
        yield
    except WrongError:
        raise
    except ValueError as error:
        raise WrongError(Code.TEMPLATE_INVALID, str(error)) from error
