"""From the bytes of a request to a `Callback`."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from app.domain.callback import Callback, Person
from app.domain.errors import PayloadError
from app.domain.jtel_values import to_text
from app.domain.markup import plain
from app.domain.numbers import normalize
from app.domain.reasons import Reason
from app.domain.source import Source
from app.domain.times import in_zone
from app.payload.decode import decode, unwrap
from app.payload.event_data import event_data_body
from app.payload.fields import by_jtels_name, read_parts, texts_of

# Every prefix of an object has a digit, and so no word is taken for an id. Salesforce writes no id as noughts.
_SALESFORCE_ID = re.compile(r"(?!0{15})(?=.{0,2}\d)[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_TIMES = ("call_start", "call_end", "created")
# No caller's: an installation has few of them.
_service_number = lru_cache(256)(normalize)


def read(body: bytes, query: bytes, source: Source, received_at: datetime) -> Callback:
    """The callback that the request asks for.

    Raises `PayloadError` when it cannot be read or lacks what no callback can do without: an event id, and a
    number or a linked record. Its message names all that is wrong at once.
    """
    documented, extra = by_jtels_name(unwrap(decode(body, query)))
    if source.groups:
        documented = _with_group(documented, source)
    sent = texts_of(documented)
    parts, problems = read_parts(documented, sent)
    callback = _build(parts, sent, extra, source, received_at)
    _require(callback, problems)
    return callback


def _with_group(documented: dict[str, Any], source: Source) -> dict[str, Any]:
    group_id = to_text(documented.get("AcdGroupsID")) or ""
    known = source.groups.get(group_id.partition(".")[0], {})
    missing = {name: value for name, value in known.items() if to_text(documented.get(name)) is None}
    return documented | missing


def _build(
    parts: Mapping[str, Any],
    sent: Mapping[str, str | None],
    extra: dict[str, Any],
    source: Source,
    received_at: datetime,
) -> Callback:
    linked, note = _linked(parts["salesforce_id"], parts["user_data"])
    subject, body = _plain(parts["subject"]), _plain(parts["body"])
    # Reading a number is slow: those of the caller are often equal, and the services' come again and again.
    caller = normalize(parts["caller"], source.region)
    is_callers = parts["callback_number"] == parts["caller"]
    callback_number = caller if is_callers else normalize(parts["callback_number"], source.region)
    times = {name: in_zone(parts[name], source.zone) for name in _TIMES if parts[name] is not None}
    return Callback(
        source=source,
        event_id=parts["event_id"] or parts["id"] or "",
        received_at=received_at.astimezone(source.zone),
        event_type=parts["event_type"],
        caller=caller,
        callback_number=callback_number or caller,
        service_number=_service_number(parts["service_number"], source.region),
        service_name=parts["service_name"],
        group_id=parts["group_id"],
        group_name=parts["group_name"],
        group_foreign_id=parts["group_foreign_id"],
        subject=subject,
        body=body or (event_data_body(parts["event_data"]) if parts["event_data"] else None),
        creating_user=Person(parts["creating_id"], parts["creating_uid"], parts["creating_nick_name"]),
        target_user=Person(parts["target_id"], parts["target_uid"], parts["target_nick_name"]),
        salesforce_id=linked,
        salesforce_query_result=parts["salesforce_query_result"],
        user_data=note,
        sent=MappingProxyType(sent),
        extra=MappingProxyType(extra),
        **times,
    )


def _plain(text: str | None) -> str | None:
    # Most texts have no markup, which is seen at once.
    return plain(text) if text and "<" in text else text


def _linked(*sent: str | None) -> tuple[str | None, str | None]:
    """The first that is a record's id, and what else was said in its place."""
    said = [text for text in sent if text]
    if not said:
        return None, None
    linked = next((text for text in said if _SALESFORCE_ID.fullmatch(text)), None)
    notes = dict.fromkeys(text for text in said if not _SALESFORCE_ID.fullmatch(text))
    return linked, "\n".join(notes) or None


def _require(callback: Callback, problems: list[str]) -> None:
    missing = list(_missing(callback, problems))
    if missing:
        sentences = "; ".join(text for _, text in missing)
        raise PayloadError(missing[0][0], f"This is no callback: {sentences}. Check what jtel's REST call sends.")


def _missing(callback: Callback, problems: list[str]) -> Iterable[tuple[Reason, str]]:
    if not callback.event_id and problems:
        yield Reason.EVENT_ID_INVALID, "; ".join(problems)
    elif not callback.event_id:
        yield Reason.EVENT_ID_MISSING, "it has no AcdEventsID and no ID"
    if callback.callback_number is None and callback.salesforce_id is None:
        yield (
            Reason.NUMBER_MISSING,
            "it has neither a number (CallbackNumber, Caller, Sender; not a hidden one) nor a record (SalesforceId)",
        )
