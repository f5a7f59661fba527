"""Builds the configuration out of what the checks have let through."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.source import DEFAULT_SOURCE, Source
from app.mapping.checks import options_of
from app.mapping.registry import find_mapper
from app.mapping.rules import Config, Rule
from app.mapping.schema import SourceSchema
from app.mapping.templates import Fields, compile_value


def build_config(loaded: Mapping[str, Any]) -> Config:
    """The configuration of what the schema made of the file."""
    rules = tuple(_build_rule(raw, loaded["defaults"]) for raw in loaded["rules"])
    return Config(_build_sources(loaded["sources"]), rules)


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
