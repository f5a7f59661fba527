"""Loads `config/ringback.yaml`, and tells all that is wrong with it at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError

from app.domain.errors import ConfigError
from app.domain.source import DEFAULT_SOURCE, Source
from app.mapping.checks import check_rules, check_sources, options_of
from app.mapping.positions import position
from app.mapping.problems import Problem, dotted, flatten
from app.mapping.registry import find_mapper
from app.mapping.rules import Config, Rule
from app.mapping.schema import ConfigSchema, SourceSchema
from app.mapping.templates import Fields, compile_value
from app.mapping.yaml_file import parse


def load_config(path: Path) -> Config:
    """The configuration in the file at `path`.

    Raises `ConfigError` with one line for each problem: `file:line:column where: what is wrong and what is wanted`.
    """
    document = parse(path)
    loaded, problems = _check_shape(document)
    problems += check_sources(loaded) + check_rules(loaded, document)
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
        return valid, list(flatten(error.messages, document))


def _config_error(path: Path, document: Any, problems: list[Problem]) -> ConfigError:
    placed = sorted((position(document, where), dotted(where), text) for where, text in problems)
    return ConfigError([f"{path}:{line}:{column} {where}: {text}" for (line, column), where, text in placed])


def _build_rule(raw: Mapping[str, Any], defaults: Mapping[str, Any]) -> Rule:
    mapper = find_mapper(raw.get("mapper") or defaults["mapper"])
    fields = {name: compile_value(value) for name, value in {**defaults["fields_"], **raw["fields_"]}.items()}
    return Rule(
        name=raw["name"],
        mapper=mapper(Fields(fields), mapper.Options().load(options_of(raw, defaults))),
        when=raw["when"],
        require=tuple(dict.fromkeys([*defaults["require"], *raw["require"]])),
    )


def _build_sources(raw: Mapping[str, Any]) -> dict[str, Source]:
    known = raw or {DEFAULT_SOURCE: SourceSchema().load({})}
    return {
        name: Source(
            name,
            ZoneInfo(source["timezone"]),
            source["region"],
            source.get("groups", {}),
            queue_when_away=source["when_crm_is_away"] == "queue",
        )
        for name, source in known.items()
    }
