"""From a text of the YAML to what gives its value for a callback."""

from collections.abc import Callable, Mapping
from typing import Any

from app.mapping.codes import Code
from app.mapping.environment import template_of
from app.mapping.problems import WrongError
from app.mapping.templates import Render, compile_native, compile_text


def compile_template(text: str) -> Render:
    """The text that the template gives, or nothing. Raises `WrongError`."""
    try:
        return compile_text(template_of(text))
    except WrongError:
        raise
    except ValueError as error:
        raise WrongError(Code.TEMPLATE_INVALID, str(error)) from error


def compile_expression(text: str) -> Callable[[Mapping[str, Any]], Any]:
    """The very value where the template is one expression, else its text. Raises `WrongError`."""
    try:
        return compile_native(template_of(text))
    except WrongError:
        raise
    except ValueError as error:
        raise WrongError(Code.TEMPLATE_INVALID, str(error)) from error


def is_template(text: str) -> bool:
    """Whether there is anything of Jinja in the text of the YAML."""
    return "{{" in template_of(text) or "{%" in template_of(text)


def nothing(_: Mapping[str, Any]) -> None:
    """No value, whatever the callback."""
