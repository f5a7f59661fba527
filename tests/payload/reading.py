"""Reads request files: `<name>.json` or `<name>.form` is a body as sent, `<name>.query` a query; both is both."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.domain.callback import Callback
from app.domain.source import Source
from app.payload import read

RECEIVED_AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SOURCE = Source(
    name="default",
    zone=ZoneInfo("Europe/Berlin"),
    region="DE",
    groups={"777": {"AcdGroupsName": "B2B Hotline", "AcdGroupsForeignSystemID": "SERVICE_B2B"}},
)


def read_request(name: Path) -> Callback:
    """The callback in the files that are called `name` and an ending."""
    body = next((path for path in (sibling(name, ".json"), sibling(name, ".form")) if path.exists()), None)
    query = sibling(name, ".query")
    return read(
        body.read_bytes() if body else b"",
        query.read_bytes() if query.exists() else b"",
        SOURCE,
        RECEIVED_AT,
    )


def sibling(name: Path, ending: str) -> Path:
    """The file of the same name with another ending; names may hold dots."""
    return name.with_name(name.name + ending)


def named(names: list[Path], root: Path) -> list[object]:
    """Parameters with readable ids."""
    return [pytest.param(name, id=name.relative_to(root).as_posix()) for name in names]
