"""Which ids of senders are taken: none that can hold a telephone number, and all that are made at random."""

import uuid

import pytest

from app.web.requests import request_id_of


@pytest.mark.parametrize(
    "sent",
    [
        *("jtel-42", "n1", "a", "12345", "req:7", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "V1StGXR8_Z5jdHi6B-myT"),
        *("req-42", "n1", "42", "0", "1.2.3", "a-0-1-2-b", "9f1c2d7e-0b1a-4c3d-8e5f-12345678abcd"),
        *("9F1C2D7E-0B1A-4C3D-8E5F-12345678ABCD", "018f8e2a-7b1c-7cc0-98c4-dc0c0c07398f"),
        *("4bf92f3577b34da6a3ce929d0e0e4736", "0af7651916cd43dd8448eb211c80319c"),
        *(str(uuid.uuid5(uuid.NAMESPACE_URL, str(n))) for n in range(20)),
        uuid.uuid5(uuid.NAMESPACE_URL, "trace").hex,
    ],
)
def test_taken(sent: str) -> None:
    """Short words, UUIDs and trace ids, whatever digits are in them."""
    assert sent == request_id_of(sent)


@pytest.mark.parametrize(
    "sent",
    [
        *("", " ", "x" * 65, "a b", "anna@example.com", "a/b", "ä", "x\x00", "x\n", "\uff11\uff12"),
        *("4930901820", "+4930901820", "004930901820", "0301820", "tel:4930901820", "x4930901820", "4930901820x"),
        *("caller-4930901820", "call.49.30.901820", "49-30-901820", "030_901_820", "0:3:0:1:8:2:0", "id-4-9-3-0-9-0-1"),
        *("4930901820-7f3a", "0x4930901820", "abc.0301820.def", "sip:4930901820", "2026-11-25-0001"),
        *("00000000-0000-0000-0000-004930901820", "00000000-0000-4000-8000-004930901820"),
        *(
            "a0000000-0000-4000-8000-004930901820",
            "00000000000000000000004930901820",
            "0000000000000000004930901820abcd"[2:],
        ),
        *("040123", "030-123", "123456", "12-34-56", "0-4-0-1-2", "x040123", "caller-04012", "12.34.56", "1:2:3:4:5:6"),
        *("abc00000000000000000004915112345678"[-32:], "abcdef" * 3 + "abc" + "49151123456"),
        *("aaaaaaaa-aaaa-4aaa-8aaa-491511234567", "49151123-aaaa-4aaa-8aaa-aaa030901820"),
        *("550e8400-e29b-41d4-a716-446655440000", "AAAAAAAA-AAAA-4AAA-8AAA-491511234567"),
        *("123e4567-e89b-12d3-a456-426614174000-030901820", "550e8400-e29b-41d4-a716-446655440000:4930901820"),
    ],
)
def test_made_anew(sent: str) -> None:
    """Whatever holds digits in a row that could be dialled, however they are parted; it gets an id of ours."""
    fresh = request_id_of(sent)

    assert uuid.UUID(hex=fresh).version == 4
    assert fresh != request_id_of(sent)
