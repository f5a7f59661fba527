"""`${NAME}` in a text of the YAML: the value of an environment variable, which is handed in."""

import re
from collections.abc import Mapping

from app.mapping.codes import Code
from app.mapping.names import KNOWN_NAMES
from app.mapping.outside import is_closed
from app.mapping.problems import WrongError

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# `$${` is a `${` that is meant as such.
_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)\}?")
# Where Jinja reads code, and what is text within it. Whatever is misread here can only be text: see `_quoted`.
_CODE = re.compile(
    r"""(?P<raw>\{%[-+]?\s*raw\s*[-+]?%\}.*?\{%[-+]?\s*endraw\s*[-+]?%\})|\{\#.*?\#\}|\{\{(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^"'])*?\}\}"""
    r"""|\{%(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^"'])*?%\}""",
    re.DOTALL,
)
_IN_CODE = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\$\$?\{[^}]*\}""", re.DOTALL)


class EnvText(str):
    """A text with the values of environment variables in it.

    `written` is as the file has it. `template` is the source of a template in which a value can only be text, whatever
    it holds. `values` are the variables, so that no message repeats a value.
    """

    __slots__ = ("template", "values", "written")

    written: str
    template: str
    values: Mapping[str, str]

    def __new__(cls, text: str, written: str, template: str, values: Mapping[str, str]) -> "EnvText":
        """The text itself is the one with the values."""
        instance = super().__new__(cls, text)
        instance.written = written
        instance.template = template
        instance.values = values
        return instance


def substitute(text: str, environment: Mapping[str, str]) -> str:
    """The text with the variables' values.

    Raises `WrongError` that names the variables that are not set, or are empty: nobody sets one to have nothing.
    """
    if "${" not in text:
        return text
    values = {name: _value(name, environment) for name in _names(text)}
    return EnvText(
        _REFERENCE.sub(lambda found: _text(found, values), text),
        text,
        _template(text, values),
        values,
    )


def _names(text: str) -> list[str]:
    names = [found[1] for found in _REFERENCE.finditer(text) if found[0] != "$${"]
    odd = next((name for name in names if not NAME.fullmatch(name)), None)
    if odd is not None:
        raise WrongError(
            Code.ENV_INVALID,
            f"${{{odd}}} names no environment variable; wanted is ${{NAME}}, or $${{ where the text is meant as it is",
        )
    return names


def _value(name: str, environment: Mapping[str, str]) -> str:
    value = environment.get(name, "")
    if not value:
        if name in KNOWN_NAMES:
            raise WrongError(Code.ENV_UNSET, f'{name} is no variable of the environment: write "{{{{ {name} }}}}"')
        raise WrongError(
            Code.ENV_UNSET,
            f"what is pasted knows no environment variables: write the value of {name}, or take it out"
            if is_closed()
            else f"the environment variable {name} is not set: set it where Ringback starts, or take it out",
        )
    return value


def _text(found: re.Match[str], values: Mapping[str, str]) -> str:
    return "${" if found[0] == "$${" else values[found[1]]


def _template(text: str, values: Mapping[str, str]) -> str:
    parts, end = [], 0
    for code in _CODE.finditer(text):
        parts.append(_outside(text[end : code.start()], values))
        if code["raw"]:
            parts.append(_REFERENCE.sub(lambda found: _between(_shown(found, values)), code[0]))
        else:
            parts.append(_IN_CODE.sub(lambda found: _inside(found[0], values), code[0]))
        end = code.end()
    return "".join([*parts, _outside(text[end:], values)])


def _outside(text: str, values: Mapping[str, str]) -> str:
    return _REFERENCE.sub(lambda found: _shown(found, values), text)


def _shown(found: re.Match[str], values: Mapping[str, str]) -> str:
    return "${" if found[0] == "$${" else f"{{{{ {_literal(found, values)} }}}}"


def _between(code: str) -> str:
    return code if code == "${" else f"{{% endraw %}}{code}{{% raw %}}"


def _inside(part: str, values: Mapping[str, str]) -> str:
    if part[0] in "\"'":
        return _REFERENCE.sub(lambda found: "${" if found[0] == "$${" else _quoted(values[found[1]]), part)
    return _REFERENCE.sub(lambda found: _literal(found, values), part)


def _literal(found: re.Match[str], values: Mapping[str, str]) -> str:
    return '"${"' if found[0] == "$${" else f'"{_quoted(values[found[1]])}"'


def _quoted(value: str) -> str:
    # Letters and digits stay, all else is an escape of a text of Jinja: nothing of a value can end it or begin code.
    return "".join(_escaped(character) for character in value)


def _escaped(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character
    return f"\\U{ord(character):08x}"
