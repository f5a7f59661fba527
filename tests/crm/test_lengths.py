"""Texts are counted as Salesforce counts them, and cut to what it takes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crm.lengths import COMMENT, LIMITS, Limit, fitted, limit_of, may_be_cut, tighter
from app.domain.record import Record, Ref
from tests.payload.strategies import PROPERTY

FAMILY = "👨‍👩‍👧"
# What a text may be made of, so that each kind of it is often where it is cut.
PARTS = st.sampled_from(["x", " ", "ä", "字", "😀", "\n", "\r\n", "\r", "e\u0301", FAMILY, "🇩🇪", "👍🏽", "\ud83d", "&"])
TEXTS = st.lists(PARTS, max_size=60).map("".join)


def test_documented_limits():
    """The limits are those of Salesforce's field reference; a comment has 4,000 bytes."""
    assert (255, 32_000, 40) == tuple(LIMITS[name].most for name in ("Subject", "Description", "SuppliedPhone"))
    assert Limit(4_000, in_bytes=True) == COMMENT == LIMITS["Comments"]


@pytest.mark.parametrize(
    ("text", "units", "size_in_bytes"),
    [
        ("", 0, 0),
        ("abc", 3, 3),
        ("ä", 1, 2),
        ("字", 1, 3),
        ("😀", 2, 4),
        (FAMILY, 8, 18),
        ("e\u0301", 2, 3),
        ("\n", 2, 2),
        ("\r\n", 2, 2),
        ("\r", 2, 2),
        ("\r\r\n\n", 6, 6),
        ("\ud83d", 1, 3),
    ],
)
def test_size(text, units, size_in_bytes):
    """An emoji is two units, an umlaut two bytes, a line break two of either, however it is written."""
    assert (units, size_in_bytes) == (Limit(1).size(text), Limit(1, in_bytes=True).size(text))


@pytest.mark.parametrize("name", LIMITS)
def test_what_fits_stays(name):
    """A text of exactly the length that the field takes is not touched; one character more, and it ends with a mark."""
    most = LIMITS[name].most
    fits, longer = Record("Case", {name: "x" * most}), Record("Case", {name: "x" * (most + 1)})

    assert fits is fitted(fits)
    assert most == LIMITS[name].size(str(fitted(longer).fields[name]))
    assert str(fitted(longer).fields[name]).endswith("x…")
    assert {name: most + 1} == fitted(longer).cut


@pytest.mark.parametrize(
    ("limit", "text", "cut"),
    [
        (Limit(5), "abcdef", "abcd…"),
        (Limit(5), "abc def", "abc…"),
        (Limit(5), "😀😀😀", "😀😀…"),
        (Limit(6), "😀😀😀😀", "😀😀…"),
        (Limit(4), "ae\u0301e\u0301", "ae\u0301…"),
        (Limit(3), "ae\u0301e\u0301", "a…"),
        (Limit(12), f"{FAMILY}{FAMILY}", f"{FAMILY}…"),
        (Limit(8), "🇩🇪🇫🇷🇮🇹", "🇩🇪…"),
        (Limit(6), "a👍🏽👍🏽", "a👍🏽…"),
        (Limit(6), "a\nb\nc", "a\nb…"),
        (Limit(7), "a\r\nb\r\nc", "a\r\nb\r\nc"),
        (Limit(5), "a\r\nb\r\nc", "a\nb…"),
        (Limit(6), "  abcdef \n", "abcdef"),
        (Limit(1), "abc", "a"),
        (Limit(0), "abc", ""),
        (Limit(8, in_bytes=True), "äääää", "ää…"),
        (Limit(10, in_bytes=True), "äääää", "äääää"),
        (Limit(2, in_bytes=True), "abc", "ab"),
        (Limit(3), "e" + "\u0301" * 100, "e\u0301…"),
    ],
)
def test_cut(limit, text, cut):
    """The end is cut off, never within a character, without a blank before the mark; what is left still fits."""
    assert cut == limit.cut(text)
    assert limit.fits(limit.cut(text))


@PROPERTY
@given(TEXTS, st.integers(0, 70), st.booleans())
def test_never_longer_than_allowed(text, most, in_bytes):
    """Whatever the text, what is left fits, begins as it did, and is as long as it can be but for one character."""
    limit = Limit(most, in_bytes)
    cut = limit.cut(text)
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()

    assert limit.fits(cut)
    assert plain.startswith(cut.removesuffix("…").replace("\r\n", "\n").replace("\r", "\n"))
    if limit.fits(plain):
        assert text.strip() == cut
    elif " " not in text and "\n" not in plain:
        assert limit.size(cut) >= most - 2 - max(limit.size(part) for part in (FAMILY, "🇩🇪", "👍🏽"))


@PROPERTY
@given(st.text(max_size=400), st.sampled_from(sorted(LIMITS)))
def test_any_text_fits(text, name):
    """Whatever a caller says fits the field then."""
    assert LIMITS[name].fits(str(fitted(Record("Case", {name: text * 4})).fields[name]))


def test_only_texts_are_cut():
    """A number, a day or a reference is no text, and of other fields no limit is known."""
    record = Record("Case", {"Subject": 10**300, "Description": date.max, "SuppliedName": Ref("queue", "x" * 300)})
    other = Record("Case", {"Long__c": "x" * 100_000})

    assert record is fitted(record)
    assert other is fitted(other)


def test_learned_limit():
    """What was learned counts for its field, whatever is known of it; the others are cut as ever."""
    record = fitted(Record("Case", {"Subject": "x" * 300, "Wish__c": "y" * 50}), {"Wish__c": Limit(10)})

    assert (255, "yyyyyyyyy…") == (len(str(record.fields["Subject"])), record.fields["Wish__c"])
    assert {"Subject": 300, "Wish__c": 50} == record.cut


def test_limit_of_a_field():
    """The org's own length counts where less is known, or where it is less."""
    assert (Limit(10), Limit(255), Limit(100)) == (
        limit_of("Wish__c", 10),
        limit_of("Subject", 255),
        limit_of("Subject", 100),
    )


@pytest.mark.parametrize(
    ("text", "named", "limit"),
    [
        ("x" * 300, 255, Limit(255)),
        ("ä" * 255, 255, Limit(255, in_bytes=True)),
        ("x" * 200, 255, Limit(100, in_bytes=True)),
        ("ä" * 100, 0, Limit(50, in_bytes=True)),
    ],
)
def test_tighter(text, named, limit):
    """First in units, then in bytes, then by half; where no length is named, by quarters."""
    assert limit == tighter(text, named)


@pytest.mark.parametrize(
    ("name", "value", "cut"),
    [
        ("Wish__c", "A text of several words", True),
        ("Wish__c", "onelongword" * 30, True),
        ("Wish__c", "anna@example.com is her address", True),
        ("Wish__c", "anna.berger@example.com", False),
        ("Wish__c", "+49 (30) 901-820/12", False),
        ("Wish__c", "+49 30 901820 ext. 12", False),
        ("Wish__c", "2026-11-20T10:42:05+01:00", False),
        ("Wish__c", "550e8400-e29b-41d4-a716-446655440000", False),
        ("Wish__c", "Call 0301234567, please, after five", True),
        ("Wish__c", "!" * 300, True),
        ("Wish__c", "4711", False),
        ("Wish__c", "https://example.com/a?b=c", False),
        ("Wish__c", "5005g00000AbCdEAAV", False),
        ("ContactId", "no id at all", False),
        ("SuppliedEmail", "no address at all", False),
        ("SuppliedPhone", "no number at all", False),
        ("Own_Email__c", "anna at example", False),
        ("Status", "Waiting for somebody", False),
        ("priority", "High above all", False),
        ("Subject", "+4930901820", True),
        ("description", "anna@example.com", True),
        ("Wish__c", 4711, False),
        ("Wish__c", True, False),
        ("OwnerId", Ref("queue", "B2B Support"), False),
    ],
)
def test_what_may_be_cut(name, value, cut):
    """Half an address, number, link, id or choice is worth nothing; the subject and the description always are."""
    assert cut == may_be_cut(name, value)
