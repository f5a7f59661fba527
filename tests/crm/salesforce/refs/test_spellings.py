"""The ways in which people write a telephone number."""

import re

import pytest

from app.crm.salesforce.refs.kinds import KINDS
from app.crm.salesforce.refs.spellings import spellings
from app.crm.salesforce.soql import query_path
from app.domain.record import Ref

# The address of a query has to fit into 16 KiB together with the headers.
LONGEST_ADDRESS = 15_000


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+4930901820", "+4930901820"),
        ("+4930901820", "004930901820"),
        ("+4930901820", "4930901820"),
        ("+4930901820", "030901820"),
        ("+4930901820", "+49 30 901820"),
        ("+4930901820", "0049 30 901820"),
        ("+4930901820", "+49 30 901 820"),
        ("+4930901820", "+49 (0)30 901820"),
        ("+4930901820", "+49 (0) 30 901820"),
        ("+4930901820", "+49(0)30901820"),
        ("+4930901820", "+49 (30) 901820"),
        ("+4930901820", "+49-30-901820"),
        ("+4930901820", "+49 30 / 901820"),
        ("+4930901820", "030 901820"),
        ("+4930901820", "030/901820"),
        ("+4930901820", "030 / 901820"),
        ("+4930901820", "030-901820"),
        ("+4930901820", "(030) 901820"),
        ("+4930901820", "(0)30 901820"),
        ("+4930901820", "030 90 18 20"),
        ("+49309018221", "+49 30 90182-21"),
        ("+493090182021", "030/90182-021"),
        ("+4989550330", "089 / 550 33-0"),
        ("+49895503317", "(089) 550 33 17"),
        ("+494031790", "0049 40 3179 0"),
        ("+494031790", "040/3179-0"),
        ("+491715550101", "0171 5550101"),
        ("+491715550101", "0171/5550101"),
        ("+491715550101", "0171 555 01 01"),
        ("+491715550101", "+49 171 555 0101"),
        ("+4915112345678", "0151 12345678"),
        ("+4915112345678", "+49 (0)151 12345678"),
        ("+4915112345678", "0151 12 34 56 78"),
        ("+41446681800", "+41 44 668 18 00"),
        ("+41446681800", "044 668 18 00"),
        ("+4317654321", "01/7654321"),
        ("+33142685300", "01 42 68 53 00"),
        ("+33142685300", "+33 (0)1 42 68 53 00"),
        ("+390612345678", "06 12345678"),
        ("+390612345678", "+39 06 1234 5678"),
        ("+12125550123", "(212) 555-0123"),
        ("+12125550123", "+1 212-555-0123"),
        ("+12125550123", "12125550123"),
        ("+4722123456", "22 12 34 56"),
        ("+442079460958", "020 7946 0958"),
        ("+442079460958", "+44 (0)20 7946 0958"),
        ("030 901820", "030 901820"),
        ("030 901820", "030901820"),
    ],
)
def test_people_write_it_so(number: str, written: str) -> None:
    """A way of writing that one meets in address books is among them."""
    assert written in spellings(number)


@pytest.mark.parametrize("number", ["+4930901820", "+4915112345678", "+33142685300", "+390612345678", "+4722123456"])
def test_all_are_of_this_number(number: str) -> None:
    """Each has the digits of the number, with its country or as it is dialled within; none is of another."""
    within = {"+49": number[3:], "+33": number[3:], "+39": number[3:], "+47": number[3:]}[number[:3]]
    right = {
        number[1:],
        f"00{number[1:]}",
        f"{number[1:3]}0{within}",
        f"00{number[1:3]}0{within}",
        within,
        f"0{within}",
    }

    assert set() == {re.sub(r"\D", "", one) for one in spellings(number)} - right


@pytest.mark.parametrize("number", ["", "+", "101", "116116", "anonymous", "+49 30 9"])
def test_too_short_to_tell_a_caller(number: str) -> None:
    """An extension, a service number or no number at all is not looked for: it would find strangers."""
    assert [] == spellings(number)


@pytest.mark.parametrize(
    "number", ["+493090182212345", "+4915112345678", "+33142685300", "+12125550123", "+4317654321234", "9" * 512]
)
@pytest.mark.parametrize("kind", ["contact", "account", "open_case", "account_owner"])
def test_fits_into_an_address(kind: str, number: str) -> None:
    """A query with all spellings in all fields is short enough for Salesforce."""
    queries = KINDS[kind].queries(Ref(kind, number), "Case")

    assert queries
    assert max(len(query_path(soql)) for soql in queries) < LONGEST_ADDRESS
