"""The sample in `salesforce/way-back` fits together, and asks for what Ringback takes."""

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from app.domain.outcome import Status
from app.operations.way_back.asked import _READERS, _REQUIRED
from app.web.openapi.answer import ANSWER
from app.web.way_back import PATH

ROOT = Path(__file__).parents[2] / "salesforce"
FILES = sorted((ROOT / "way-back").rglob("*-meta.xml"))
SPACE = "{http://soap.sforce.com/2006/04/metadata}"


def tree(name: str) -> ET.Element:
    (found,) = [path for path in FILES if path.name.startswith(f"{name}-meta") or path.name == f"{name}-meta.xml"]
    return ET.parse(found).getroot()


def texts(root: ET.Element, tag: str) -> Iterator[str]:
    yield from (str(one.text) for one in root.iter(f"{SPACE}{tag}"))


SERVICE = json.loads(next(texts(tree("Ringback.externalServiceRegistration"), "schema")))
FLOW = tree("Ask_jtel_for_a_callback.flow")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_is_of_its_kind(path: Path) -> None:
    """The root of each is what its name says, in Salesforce's namespace."""
    root = ET.parse(path).getroot().tag
    kind = path.name.removesuffix("-meta.xml").rpartition(".")[2]

    assert root.startswith(SPACE)
    assert root.removeprefix(SPACE).lower() in (kind.lower(), f"custom{kind}".lower())


def test_folder_is_a_package() -> None:
    """The CLI finds it, and deploys it only if it is named."""
    folders = json.loads((ROOT / "sfdx-project.json").read_text())["packageDirectories"]

    assert {"force-app": True, "way-back": None} == {one["path"]: one.get("default") for one in folders}


def test_service_is_ringbacks() -> None:
    """The service that Salesforce registers has Ringback's path, keys and answers."""
    schemas = SERVICE["components"]["schemas"]

    assert [PATH] == list(SERVICE["paths"])
    assert set(_READERS) == set(schemas["Wish"]["properties"])
    assert sorted(_REQUIRED) == sorted(schemas["Wish"]["required"])
    assert set(schemas["Answer"]["properties"]) <= set(ANSWER["properties"])
    said = schemas["Answer"]["properties"]["status"]["description"]
    assert all(one.value in said for one in (Status.REQUESTED, Status.EXISTING_EVENT, Status.UNKNOWN))


def test_flow_uses_what_is_there() -> None:
    """The Flow calls the service's operation, fills keys that it has, and writes fields that are deployed."""
    operation = SERVICE["paths"][PATH]["post"]["operationId"]
    fields = {path.name.partition(".")[0] for path in FILES if path.parent.name == "fields"}
    filled = {one.removeprefix("wish.") for one in texts(FLOW, "assignToReference")}

    assert [f"Ringback.{operation}"] == list(texts(FLOW, "actionName"))
    assert set(_REQUIRED) <= filled <= set(_READERS)
    assert fields <= set(texts(FLOW, "field")) <= {*fields, "jtel_AcdEventsID__c"}
    names = {*texts(FLOW, "name")}
    assert set(texts(FLOW, "targetReference")) <= names


def test_flow_keeps_a_loop_out() -> None:
    """It starts on what has just been ticked, and on no Case that Ringback has made; and it is not active."""
    start = FLOW.find(f"{SPACE}start")
    assert start is not None

    assert ["true"] == list(texts(start, "doesRequireRecordChangedToMeetCriteria"))
    filters = {one.findtext(f"{SPACE}field"): one for one in start.iter(f"{SPACE}filters")}
    assert ("IsNull", "true") == tuple(
        next(texts(filters["jtel_AcdEventsID__c"], tag)) for tag in ("operator", "booleanValue")
    )
    assert ["Draft"] == list(texts(FLOW, "status"))
