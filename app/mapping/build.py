"""Builds the configuration out of what the checks have let through."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from app import translation
from app.domain.access import Access
from app.domain.record import CASE
from app.domain.source import DEFAULT_SOURCE, ReconcileOptions, ServedCallers, Source
from app.mapping.access import read_auth
from app.mapping.another_object import ObjectMapper
from app.mapping.case import CaseMapper
from app.mapping.codes import Code
from app.mapping.document import Document
from app.mapping.inherited import defaults_for, mapper_of, object_of
from app.mapping.mapper import Mapper
from app.mapping.networks import read_network
from app.mapping.options import options_of
from app.mapping.origins import Origin
from app.mapping.problems import Path, WrongError
from app.mapping.registry import find_mapper
from app.mapping.required import required_by
from app.mapping.rules import Config, Rule
from app.mapping.schema import SourceSchema
from app.mapping.templates import Fields
from app.mapping.values import compile_value

_NO_DEFAULTS: Mapping[str, Any] = {"fields_": {}, "require": [], "with_": {}}


def build_config(loaded: Mapping[str, Any], document: Document) -> Config:
    """The configuration of what the schema made of the document. Raises `WrongError` when a mapper cannot be made."""
    rules = tuple(_build_rule(index, raw, loaded["defaults"], document) for index, raw in enumerate(loaded["rules"]))
    return Config(_build_sources(loaded["sources"]), rules)


def _build_rule(index: int, raw: Mapping[str, Any], defaults: Mapping[str, Any], document: Document) -> Rule:
    if "skip" in raw:
        return _build_skip(index, raw, document)
    object_name = object_of(raw, defaults)
    defaults = {**_NO_DEFAULTS, **defaults_for(raw, defaults)}
    origins = dict(_origins(index, raw, defaults, document))
    values = {**defaults["fields_"], **raw["fields_"]}
    fields = Fields(
        {name: compile_value(value) for name, value in values.items()},
        {name: origins[f"fields.{name}"] for name in values},
    )
    return Rule(
        name=raw["name"],
        mapper=_build_mapper(raw, defaults, object_name, fields, ("rules", index, "mapper")),
        when=raw["when"],
        require=required_by(raw, defaults),
        merge=raw["merge"] if "merge" in raw else defaults.get("merge"),
        origins=origins,
    )


def _build_skip(index: int, raw: Mapping[str, Any], document: Document) -> Rule:
    """A rule that makes nothing: no defaults hold for it."""
    origins = {name: _origin(f"rule {raw['name']}", path, document) for name, path in _skip_places(index, raw)}
    mapper = CaseMapper(Fields({}), CaseMapper.Options().load({}))
    return Rule(raw["name"], mapper, raw["when"], skip=" ".join(raw["skip"].split()), origins=origins)


def _skip_places(index: int, raw: Mapping[str, Any]) -> Iterator[tuple[str, Path]]:
    path: Path = ("rules", index)
    yield from ((f"when.{name}", (*path, "when", name)) for name in raw["when"])
    yield from (("skip", (*path, "skip")), ("name", path))


def _build_mapper(
    raw: Mapping[str, Any], defaults: Mapping[str, Any], object_name: str | None, fields: Fields, path: Path
) -> Mapper:
    if object_name not in (None, CASE):
        return ObjectMapper(fields, object_name)
    mapper = find_mapper(mapper_of(raw, defaults))
    try:
        return mapper(fields, mapper.Options().load(options_of(raw, defaults)))
    # A mapper is foreign code.
    except (Exception, SystemExit) as error:
        text = f"the mapper {mapper.__qualname__} failed with {type(error).__name__} when it was made"
        raise WrongError(Code.MAPPER_BROKEN, f"{text}; its developer has to mend it", path) from error


def _origins(
    index: int, raw: Mapping[str, Any], defaults: Mapping[str, Any], document: Document
) -> Iterator[tuple[str, Origin]]:
    # What the rule says comes last, since it goes before the defaults.
    parts = [("defaults", ("defaults",), defaults), (f"rule {raw['name']}", ("rules", index), raw)]
    for given_by, path, part in parts:
        for key, inner in _places(part, options=part is raw or not raw.get("mapper")):
            if document.at((*path, *inner)) is not None:
                yield key, _origin(given_by, (*path, *inner), document)
    yield "name", _origin(f"rule {raw['name']}", ("rules", index), document)


def _places(part: Mapping[str, Any], *, options: bool) -> Iterator[tuple[str, Path]]:
    yield from ((f"fields.{name}", ("fields", name)) for name in part["fields_"])
    yield from ((f"require.{name}", ("require", index)) for index, name in enumerate(part["require"]))
    yield from ((f"with.{name}", ("with", name)) for name in part["with_"] if options)
    yield from ((f"when.{name}", ("when", name)) for name in part.get("when", ()))
    yield from ((name, (name,)) for name in ("object", "mapper", "merge") if name in part)


def _origin(given_by: str, path: Path, document: Document) -> Origin:
    node = document.at(path)
    line, _ = document.position(path)
    return Origin(given_by, document.file, line, node.written if node else "")


def _build_sources(raw: Mapping[str, Any]) -> dict[str, Source]:
    known = raw or {DEFAULT_SOURCE: SourceSchema().load({})}
    for source in known.values():
        # No callback waits for it.
        translation.of(source["language"])
    return {
        name: Source(
            name,
            ZoneInfo(source["timezone"]),
            source["region"],
            source.get("groups", {}),
            queue_when_away=source["when_crm_is_away"] == "queue",
            access=_build_access(source),
            served_callers=_build_served_callers(source.get("served_callers")),
            reconcile=_build_reconcile(source.get("reconcile")),
            language=source["language"],
        )
        for name, source in known.items()
    }


def _build_served_callers(raw: Mapping[str, Any] | None) -> ServedCallers | None:
    return ServedCallers(raw["within"], raw.get("field_")) if raw else None


def _build_reconcile(raw: Mapping[str, Any] | None) -> ReconcileOptions | None:
    if raw is None:
        return None
    groups = frozenset(int(group) for group in raw["groups"])
    return ReconcileOptions(groups, raw["every"].total_seconds(), raw["grace"].total_seconds(), raw["cap"])


def _build_access(source: Mapping[str, Any]) -> Access:
    scheme, name = read_auth(source["auth"])
    return Access(
        scheme, name, source["token_in_url"], tuple(read_network(network) for network in source.get("networks", ()))
    )
