"""Loads `config/ringback.yaml`, and tells all that is wrong with it at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from app.domain.errors import ConfigError
from app.domain.source import DEFAULT_SOURCE, Source
from app.mapping.positions import dotted, flatten, position
from app.mapping.registry import find_mapper
from app.mapping.rules import Config, Rule
from app.mapping.schema import ConfigSchema, SourceSchema, unknown_key
from app.mapping.templates import Fields, compile_value

# marshmallow's word for an option that a mapper's own schema does not know.
UNKNOWN = "Unknown field."

Problem = tuple[tuple[str | int, ...], str]


def load_config(path: Path) -> Config:
    """The configuration in the file at `path`.

    Raises `ConfigError` with one line for each problem: `file:line:column where: what is wrong and what is wanted`.
    """
    document = _parse(path)
    loaded, problems = _check_shape(document)
    problems += _check_rules(loaded)
    if problems:
        raise _config_error(path, document, problems)
    rules = tuple(_build_rule(raw, loaded["defaults"]) for raw in loaded["rules"])
    return Config(_build_sources(loaded["sources"]), rules)


def _check_shape(document: Any) -> tuple[dict[str, Any], list[Problem]]:
    try:
        return ConfigSchema().load(document), []
    except ValidationError as error:
        # What is right so far is checked further, so that all problems are told at once.
        valid = error.valid_data if isinstance(error.valid_data, dict) else {}
        return valid, list(flatten(error.messages))


def _parse(path: Path) -> Any:
    try:
        document = YAML().load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read: {error}"]) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        said = " ".join(str(error.problem).split())
        raise ConfigError([f"{where} this is no valid YAML: {said}"]) from error
    except (YAMLError, ValueError) as error:
        raise ConfigError([f"{path}: this is no valid YAML: {error}"]) from error
    if not isinstance(document, dict):
        raise ConfigError([f"{path}:1:1 wanted is a mapping with the key `rules`"])
    return document


def _config_error(path: Path, document: Any, problems: list[Problem]) -> ConfigError:
    placed = sorted((position(document, where), dotted(where), text) for where, text in problems)
    return ConfigError([f"{path}:{line}:{column} {where}: {text}" for (line, column), where, text in placed])


def _check_rules(loaded: Mapping[str, Any]) -> list[Problem]:
    rules = [rule for rule in loaded.get("rules", []) if isinstance(rule, dict)]
    defaults = loaded.get("defaults", {})
    problems: list[Problem] = []
    names = [rule.get("name") for rule in rules]
    for index, rule in enumerate(rules):
        if names[index] and names[index] in names[:index]:
            text = f'there is a rule "{names[index]}" already; each name is used once'
            problems.append((("rules", index, "name"), text))
        problems += [(("rules", index, "with", *inner), text) for inner, text in _check_options(rule, defaults)]
    if rules and rules[-1].get("when"):
        text = "the last rule has to match every callback: take its `when` out, or add a rule without one"
        problems.append((("rules", len(rules) - 1, "when"), text))
    return problems


def _check_options(rule: Mapping[str, Any], defaults: Mapping[str, Any]) -> list[Problem]:
    mapper = rule.get("mapper") or defaults.get("mapper")
    if mapper is None:
        return []
    schema = find_mapper(mapper).Options()
    known = [field.data_key or name for name, field in schema.fields.items()]
    messages = schema.validate(_options_of(rule, defaults))
    return [
        (where, unknown_key(str(where[-1]), known) if text == UNKNOWN else text) for where, text in flatten(messages)
    ]


def _build_rule(raw: Mapping[str, Any], defaults: Mapping[str, Any]) -> Rule:
    mapper = find_mapper(raw.get("mapper") or defaults["mapper"])
    fields = {name: compile_value(value) for name, value in {**defaults["fields_"], **raw["fields_"]}.items()}
    return Rule(
        name=raw["name"],
        mapper=mapper(Fields(fields), mapper.Options().load(_options_of(raw, defaults))),
        when=raw["when"],
        require=tuple(dict.fromkeys([*defaults["require"], *raw["require"]])),
    )


def _options_of(rule: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    # Options belong to a mapper: a rule with another one does not inherit them.
    inherited = {} if rule.get("mapper") else defaults.get("with_", {})
    return {**inherited, **rule.get("with_", {})}


def _build_sources(raw: Mapping[str, Any]) -> dict[str, Source]:
    known = raw or {DEFAULT_SOURCE: SourceSchema().load({})}
    return {
        name: Source(name, ZoneInfo(source["timezone"]), source["region"], source.get("groups", {}))
        for name, source in known.items()
    }
