"""What was not understood is findable by the event that it names, and by nothing that only looks like it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.payload import BODY_LIMIT, event_ids

REFUSED = Path(__file__).parent / "refused"
# The files of `refused` that name events; the others name none.
NAMED = {
    "body_not_understood/more-than-500-fields-in-the-query": ("4711",),
    "body_not_understood/more-than-500-form-fields": ("4711",),
    "body_not_understood/xml": ("4711",),
    "json_broken/backslash-not-escaped": ("4711",),
    "json_broken/comma-at-the-end": ("4711",),
    "json_broken/cut-off": ("4711",),
    "json_broken/key-without-quotes": ("4711",),
    "json_broken/one-object-a-line": ("4711", "4712"),
    "json_broken/quote-not-escaped": ("4711",),
    "json_broken/single-quotes": ("4711",),
    "json_broken/text-behind": ("4711",),
    "not_an_object/array-of-callbacks": ("4711", "4712"),
    "number_missing/hidden": ("4711",),
    "number_missing/none": ("4711",),
    "number_missing/nulls": ("4711",),
    "number_missing/plus-only": ("4711",),
    "number_missing/below-zero": ("4711",),
    "number_missing/private-number": ("4711",),
    "number_missing/text-for-a-record": ("4711",),
    "number_missing/zeros": ("4711",),
    "several_events/two-acdevents": ("4711", "4712"),
    "several_events/two-records": ("4711", "4712"),
}
FILES = sorted(REFUSED.glob("*/*"))
WIDE = json.dumps({"AcdEventsID": 4711, "Subject": "Grüße"}, ensure_ascii=False)
FILLED = "x" * BODY_LIMIT


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.name}" for path in FILES])
def test_of_each_file(path: Path) -> None:
    """Whatever is refused, the event that it names is read, and none is made up."""
    raw = path.read_bytes()
    body, query = (b"", raw.strip()) if path.suffix == ".query" else (raw, b"")

    assert NAMED.get(f"{path.parent.name}/{path.stem}", ()) == event_ids(body, query, whole=True)


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ('{"AcdEventsID": 4711, "Body": "x', ["4711"]),
        ('{"AcdEventsID": "4711", "Body": "x', ["4711"]),
        ('{"AcdEventsID": 47', []),
        ('{"AcdEventsID": "47', []),
        ('{"AcdEventsID": 47 ', []),
        ('{"AcdEventsID"', []),
        ('{"AcdEvent": {"ID": 4711, "Sender": "1', ["4711"]),
        ('{"records": [{"ID": 4711, "Group": {"ID": 235}, "x', []),
        ('{"ID": 235, "AcdEventsID": 4711, "x', ["4711"]),
        ('{"Body": "say \\"AcdEventsID\\": 99, please", "AcdEventsID": 4711, "x', ["4711"]),
        ('{"Body": "a, AcdEventsID: 99, b", "x', []),
        ('{"Body": "5" wide", "AcdEventsID": 4711, "X": 1}', ["4711"]),
        ('{"Body": "5" wide, "AcdEventsID": 4711, "X": "y', ["4711"]),
        ("AcdEventsID=4711&Body=x", ["4711"]),
        ("Body=x&AcdEventsID=47", []),
        ("Body=see+AcdEventsID%3D99%26&x=", []),
        ("<AcdEvent><AcdEventsID>4711</AcdEventsID><Subject>", ["4711"]),
        ("<AcdEvent><AcdEventsID>47", []),
        ('--x\r\nContent-Disposition: form-data; name="AcdEventsID"\r\n\r\n4711\r\n--x\r\n', ["4711"]),
        ('--x\r\nContent-Disposition: form-data; name="AcdEventsID"\r\n\r\n47', []),
    ],
)
def test_of_a_body_that_was_cut(body: str, ids: list[str]) -> None:
    """An id counts only if its end is there; what stands in another's text is none."""
    assert ids == [*event_ids(body.encode(), b"", whole=False)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig", "latin-1", "cp850"])
def test_of_another_encoding(encoding: str) -> None:
    """Whatever a body is written in, its digits can be read."""
    assert ("4711",) == event_ids(WIDE.encode(encoding), b"", whole=True)


@pytest.mark.parametrize(
    ("body", "query", "ids"),
    [
        (b"", b"AcdEventsID=4711", ("4711",)),
        (FILLED.encode(), b"AcdEventsID=4711", ("4711",)),
        (b"", b"AcdEventsID=4711&Body=" + FILLED.encode()[:BODY_LIMIT], ("4711",)),
        (b"", (b"Body=" + b"x" * BODY_LIMIT)[: BODY_LIMIT - 14] + b"&AcdEventsID=4", ()),
        (b'{"AcdEventsID": 1, "x', b"AcdEventsID=2", ("1",)),
        (b'{"acdeventsid": "0004711.0"}', b"", ("4711",)),
        (b'{"AcdEvent": [{"AcdEvent": {"ID": 4711}}]}', b"", ("4711",)),
        (b'{"data": {"AcdEventsID": 4711}}', b"", ("4711",)),
        (b'{"a": [{"b": {"acdeventsid": "4711"}}, {"AcdEventsID": 4712}]}', b"", ("4712", "4711")),
        (b'{"data": {"ID": 4711}}', b"", ()),
        (b'{"AcdEventsID": 4711, "data": {"AcdEventsID": 4712}}', b"", ("4711",)),
        (b"<x><a:AcdEventsID xmlns:a='x'>4711</a:AcdEventsID></x>", b"", ("4711",)),
        (b"<AcdEventsID><![CDATA[4711]]></AcdEventsID>", b"", ("4711",)),
        (b"<AcdEventsID>\n <![CDATA[ 4711 ]]>\n</AcdEventsID>", b"", ("4711",)),
        (b"<Callback CallbackNumber='4930901820' AcdEventsID = '4711'/>", b"", ("4711",)),
        (b'<x:AcdEvent x:ID="4711" Sender="1"><Group ID="12"/></x:AcdEvent>', b"", ("4711",)),
        (b"<Callback Subject=\"say AcdEventsID='99'\"/>", b"", ()),
        (b'<Callback ID="4711"/>', b"", ()),
        (b'{"ID": 123456789, "x": "y"}', b"", ("123456789",)),
        (b'{"ID": 4930901820, "x": "y"}', b"", ()),
        (b'{"ID": "0301234567", "x": "y"}', b"", ()),
        (b'{"ID": 4930901820, "x', b"", ()),
        (b"<ID>4930901820</ID>", b"", ()),
        (b"", b"ID=4930901820", ()),
        (b'{"AcdEventsID": 4930901820, "x": "y"}', b"", ("4930901820",)),
    ],
)
def test_of_body_and_query(body: bytes, query: bytes, ids: tuple[str, ...]) -> None:
    """The body comes first, the query is whole unless it is as long as it may be, and ids are read as ever."""
    assert ids == event_ids(body, query, whole=False)


@pytest.mark.parametrize(
    "body",
    [
        '"' * BODY_LIMIT,
        '"\\' * (BODY_LIMIT // 2),
        "'\"" * (BODY_LIMIT // 2),
        '{"AcdEventsID":' * (BODY_LIMIT // 15),
        "<AcdEventsID " * (BODY_LIMIT // 13),
        '--name="ID"\r\na' * (BODY_LIMIT // 14),
        "ID=1&" * (BODY_LIMIT // 5),
        "[" * BODY_LIMIT,
        '{"ID": {' * (BODY_LIMIT // 8),
        '[{"AcdEventsID":1},' * (BODY_LIMIT // 20) + "]",
        "<a" + " b='c'" * (BODY_LIMIT // 6),
        "<a" + " b" * (BODY_LIMIT // 2) + ">",
        "<a " * (BODY_LIMIT // 3) + ">",
        "<AcdEventsID>" * (BODY_LIMIT // 13) + "1",
        "<a " + " b='" * (BODY_LIMIT // 4) + ">",
        '{"a":' * 500 + "[]" + "}" * 500,
    ],
    ids=range(16),
)
def test_of_what_wants_to_stall(body: str) -> None:
    """No body keeps it for long."""
    event_ids(body.encode(), body.encode(), whole=False)


@given(st.binary(max_size=300), st.binary(max_size=100), st.booleans())
def test_of_anything(body: bytes, query: bytes, whole: bool) -> None:
    """It raises nothing, and what it gives is an id."""
    assert all(one.isalnum() or "_" in one for one in event_ids(body, query, whole=whole))


@given(st.text("{}[]:,\"'\\ \r\n<>/&=.AcdEventsID0147_", max_size=120))
def test_of_anything_that_looks_like_it(body: str) -> None:
    """The same of texts that look like a callback."""
    event_ids(body.encode(), b"", whole=False)
