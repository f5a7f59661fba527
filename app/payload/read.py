"""From the bytes of a request to a `Callback`."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, ValidationError

from app.domain.callback import Callback, Person
from app.domain.errors import PayloadError
from app.domain.markup import plain
from app.domain.numbers import normalize
from app.domain.reasons import Reason
from app.domain.source import Source
from app.domain.times import in_zone
from app.payload.decode import decode
from app.payload.event_data import event_data_body
from app.payload.schemas import DOCUMENTED, FLAT, REST_RECORD
from app.payload.unwrap import unwrap
from app.payload.values import clean, to_text

# Every prefix of an object has a digit, and so no word is taken for an id. Salesforce writes no id as noughts.
_SALESFORCE_ID = re.compile(r"(?!0{15})(?=.{0,2}\d)[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")


def read(body: bytes, query: bytes, source: Source, received_at: datetime) -> Callback:
    """The callback that the request asks for.

    Raises `PayloadError` when it cannot be read or lacks what no callback can do without: an event id, and a
    number or a linked record. Its message names all that is wrong at once.
    """
    fields = unwrap(decode(body, query))
    documented, extra = _by_documented_name(fields)
    documented = _with_group(documented, source)
    values = _load(documented)
    callback = _build(values, documented, extra, source, received_at)
    _require(callback, values)
    return callback


def _by_documented_name(fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    documented: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for key, value in fields.items():
        name = DOCUMENTED.get(key.lower())
        if name is None:
            extra[key] = clean(value)
        # jtel's own spelling wins over another, and a value over none.
        elif to_text(documented.get(name)) is None or (key == name and to_text(value) is not None):
            documented[name] = value
    return documented, extra


def _with_group(documented: dict[str, Any], source: Source) -> dict[str, Any]:
    group_id = to_text(documented.get("AcdGroupsID")) or ""
    known = source.groups.get(group_id.partition(".")[0], {})
    missing = {name: value for name, value in known.items() if to_text(documented.get(name)) is None}
    return documented | missing


def _load(documented: Mapping[str, Any]) -> dict[str, Any]:
    # A later release may mix both forms: what the flat one does not say, the record may.
    record, record_problems = _load_form(REST_RECORD, documented)
    flat, flat_problems = _load_form(FLAT, documented)
    values = record | {name: value for name, value in flat.items() if value is not None or name not in record}
    values["event_id"] = flat.get("event_id") or values.get("id")
    values["problems"] = list(dict.fromkeys([*flat_problems, *record_problems]))
    return values


def _load_form(schema: Schema, documented: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    try:
        return schema.load(documented), []
    except ValidationError as error:
        problems = [str(text) for texts in error.messages_dict.values() for text in texts]
        return dict.fromkeys(schema.fields) | dict(error.valid_data or {}), problems


def _build(
    values: Mapping[str, Any],
    documented: Mapping[str, Any],
    extra: dict[str, Any],
    source: Source,
    received_at: datetime,
) -> Callback:
    linked, note = _linked(values.get("salesforce_id"), values.get("user_data"))
    sent = {values["caller"], values.get("callback_number"), values["service_number"]}
    numbers = {number: normalize(number, source.region) for number in sent}  # reading one is slow; two are often equal
    caller = numbers[values["caller"]]
    return Callback(
        source=source,
        event_id=values["event_id"] or "",
        received_at=received_at.astimezone(source.zone),
        event_type=values["event_type"],
        caller=caller,
        callback_number=numbers[values.get("callback_number")] or caller,
        service_number=numbers[values["service_number"]],
        service_name=values["service_name"],
        group_id=values["group_id"],
        group_name=values["group_name"],
        group_foreign_id=values["group_foreign_id"],
        call_start=in_zone(values["call_start"], source.zone),
        call_end=in_zone(values["call_end"], source.zone),
        created=in_zone(values["created"], source.zone),
        subject=plain(values["subject"]),
        body=plain(values["body"]) or event_data_body(values["event_data"]),
        creating_user=_person(values, "creating"),
        target_user=_person(values, "target"),
        salesforce_id=linked,
        salesforce_query_result=values["salesforce_query_result"],
        user_data=note,
        sent=MappingProxyType({name: to_text(documented.get(name)) for name in DOCUMENTED.values()}),
        extra=MappingProxyType(extra),
    )


def _linked(*sent: str | None) -> tuple[str | None, str | None]:
    """The first that is a record's id, and what else was said in its place."""
    said = [text for text in sent if text]
    linked = next((text for text in said if _SALESFORCE_ID.fullmatch(text)), None)
    notes = dict.fromkeys(text for text in said if not _SALESFORCE_ID.fullmatch(text))
    return linked, "\n".join(notes) or None


def _person(values: Mapping[str, Any], role: str) -> Person:
    return Person(values[f"{role}_id"], values[f"{role}_uid"], values[f"{role}_nick_name"])


def _require(callback: Callback, values: Mapping[str, Any]) -> None:
    problems = list(_missing(callback, values))
    if problems:
        sentences = "; ".join(text for _, text in problems)
        raise PayloadError(problems[0][0], f"This is no callback: {sentences}. Check what jtel's REST call sends.")


def _missing(callback: Callback, values: Mapping[str, Any]) -> Iterable[tuple[Reason, str]]:
    if not callback.event_id and values["problems"]:
        yield Reason.EVENT_ID_INVALID, "; ".join(values["problems"])
    elif not callback.event_id:
        yield Reason.EVENT_ID_MISSING, "it has no AcdEventsID and no ID"
    if callback.callback_number is None and callback.salesforce_id is None:
        yield (
            Reason.NUMBER_MISSING,
            "it has neither a number (CallbackNumber, Caller, Sender; not a hidden one) nor a record (SalesforceId)",
        )
