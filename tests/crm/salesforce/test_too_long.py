"""Which fields a refusal calls too long, and how much of them it names."""

import pytest

from app.crm.salesforce.errors import refusal
from app.crm.salesforce.faults import Fault
from app.crm.salesforce.sent import SentRecord
from app.crm.salesforce.too_long import guessed, too_long

TEXT = "The caller wants to be called back about the offer " * 8
SENT = SentRecord("Case", {"Subject": TEXT, "Wish__c": "Soon", "Count__c": 5}, "default-4711")
SUBJECT = ("Subject",)


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("Subject: data value too large: {text} (max length=255)", 255),
        ("Subject: data value too large: {text} (max length=255).", 255),
        ("Subject: data value too large: {text} (max length=255): [Subject]", 255),
        ("Subject: data value too large: … (max length=32000)", 32_000),
        ("Subject: data value too large: … (max length=32,000)", 32_000),
        ("Betreff: Datenwert zu groß: {text} (maximale Länge=32.000)", 32_000),
        ("Objet : valeur de données trop grande : {text} (longueur max. = 32\u202f000 caractères)", 32_000),
        ("件名: データ値が大きすぎます: {text} (最大長=255)", 255),
        ("件名: データ値が大きすぎます: {text}（最大長=255）", 255),  # noqa: RUF001
        ("Subject: data value too large: my (max length=5) text (max length=255)", 255),
        ("Subject: data value too large: call me (7 to 9) (max length=255)", 255),
        ("Subject: data value too large: {text}", 0),
        ("Subject: data value too large: (max length=5) {text}", 0),
        ("Subject: data value too large", 0),
        ("", 0),
        ("(1" + " " * 50_000 + "x", 0),
    ],
    ids=lambda value: str(value)[:12] + str(len(str(value))),
)
def test_named_length(message, named):
    """It stands at the end, in whatever language and spelling; what the caller said of lengths is none."""
    assert {"Subject": named} == too_long([Fault("STRING_TOO_LONG", message.format(text=TEXT), SUBJECT)], SENT)


def test_spelling_of_the_rule():
    """The fields are named as the record has them."""
    fault = Fault("STRING_TOO_LONG", "Wish: data value too large: x (max length=9)", ("WISH__C",))

    assert {"Wish__c": 9} == too_long([fault], SENT)


def test_several_fields():
    """Each fault has its own fields and length; other faults are not meant."""
    faults = [
        Fault("INVALID_EMAIL_ADDRESS", "No address (max length=7)", ("Count__c",)),
        Fault("STRING_TOO_LONG", "Subject: data value too large: … (max length=255)", SUBJECT),
        Fault("STRING_TOO_LONG", "Wish: data value too large: … (max length=3)", ("Wish__c",)),
    ]

    assert {"Subject": 255, "Wish__c": 3} == too_long(faults, SENT)


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        ("Subject: data value too large: … (max length=255)", {"Subject": 255}),
        (f"Betreff: Datenwert zu groß: {TEXT[:100]} (max length=3)", {"Subject": 3}),
        ("Betreff: Datenwert zu groß: … (max length=3)", {"Subject": 3, "Wish__c": 3}),
        ("Betreff: Datenwert zu groß", {"Subject": 0}),
        ("jtel AcdEventsID: data value too large: default-4711 (max length=5)", {}),
    ],
)
def test_fields_that_are_not_named(message, fields):
    """By the label, by the text that is quoted, by the length; the external id is none of the rule's fields."""
    assert fields == too_long([Fault("STRING_TOO_LONG", message)], SENT)


USUAL = {"Subject": "Offer", "Description": TEXT * 9, "SuppliedName": "Anna Berger " * 6}


@pytest.mark.parametrize(
    ("fields", "limit", "fault"),
    [
        ({**USUAL, "Wish__c": TEXT}, 255, {"Wish__c"}),
        ({**USUAL, "Wish__c": TEXT, "Note__c": TEXT}, 255, {"Wish__c", "Note__c"}),
        ({**USUAL, "Wish__c": TEXT[:60]}, 20, {"Wish__c"}),
        ({**USUAL, "description": TEXT * 9, "Wish__c": TEXT}, 255, {"Wish__c"}),
        ({**USUAL, "Wish__c": TEXT}, 0, {"Wish__c"}),
        ({**USUAL, "Subject": TEXT, "Wish__c": TEXT}, 255, {"Subject", "Wish__c"}),
        ({**USUAL, "Wish__c": "Soon"}, 255, {"Description"}),
        (USUAL, 20, {"Description", "SuppliedName"}),
        (USUAL, 0, {"Description"}),
    ],
)
def test_guess(fields, limit, fault):
    """Where nothing is named, what a standard field takes in every org is suspected last, Description above all."""
    faults = [Fault("STRING_TOO_LONG", f"Zu groß: … (max. {limit})" if limit else "Zu groß")]
    sent = SentRecord("Case", fields, "default-4711")

    assert fault == too_long(faults, sent).keys() == guessed(faults, sent)


def test_text_that_two_fields_begin_with():
    """A text that is quoted is not Description's as long as it may be that of a field which takes less."""
    sent = SentRecord("Case", {"Wish__c": TEXT, "Description": TEXT * 9}, "default-4711")
    faults = [Fault("STRING_TOO_LONG", f"Zu groß: {TEXT} (max. 255)")]

    assert ({"Wish__c": 255}, frozenset()) == (too_long(faults, sent), guessed(faults, sent))


@pytest.mark.parametrize(
    ("message", "fields"),
    [("Zu groß: … (max. 3)", ["Wish__c"]), ("Wish: zu groß: … (max. 3)", []), ("Zu groß: Soon (max. 3)", [])],
    ids=["field", "label", "text"],
)
def test_named_is_not_guessed(message, fields):
    """A field counts as named by its name, its label, or its text."""
    body = [{"errorCode": "STRING_TOO_LONG", "message": message, "fields": fields}]
    error = refusal(400, body, "jtel_AcdEventsID__c", SENT)

    assert ({"Wish__c": 3}, frozenset()) == (error.too_long, error.guessed)


def test_external_id_that_is_named():
    """Where the field of the external id is too short no text is at fault."""
    fault = Fault("STRING_TOO_LONG", "Id: data value too large: … (max length=5)", ("jtel_AcdEventsID__c",))

    assert {} == too_long([fault], SENT)


@pytest.mark.parametrize(
    "code", ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER", "FIELD_CUSTOM_VALIDATION_EXCEPTION"]
)
def test_length_inside_a_trigger(code):
    """What a trigger met with a record of its own is the trigger's."""
    message = (
        "LogTrigger: execution of AfterInsert caused by: System.DmlException: Insert failed. First exception on row 0; "
        "first error: STRING_TOO_LONG, Subject: data value too large: … (max length=80): [Subject]"
    )
    error = refusal(400, [{"errorCode": code, "message": message, "fields": []}], "jtel_AcdEventsID__c", SENT)

    assert ({}, ()) == (error.too_long, error.fields)


def test_refusal_tells_it():
    """The error holds it, from a record's own result in a collection as well."""
    body = [{"statusCode": "STRING_TOO_LONG", "message": "Subject: … (max length=255)", "fields": ["Subject"]}]
    error = refusal(400, body, "jtel_AcdEventsID__c", SENT)

    assert ("value_too_long", {"Subject": 255}, SUBJECT) == (error.reason.word, error.too_long, error.fields)
