"""DATABASE_URL may be written as SQLAlchemy or as libpq wants it."""

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.exc import ArgumentError

from app.ledger.address import libpq_address, read_address

BOTH = {"host": "a,b", "port": "5432,5433"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("postgres://u:p@a:5432,b:5433/db", BOTH),
        ("postgresql://u:p@a:5432,b:5433/db?sslmode=require", {**BOTH, "sslmode": "require"}),
        ("postgresql+psycopg://u:p@a:5432,b:5433/db", BOTH),
        ("postgres://u:p@/db?host=a,b&port=5432,5433", BOTH),
        ("postgres://u:p@/db?host=a:5432&host=b:5433", BOTH),
        ("postgres://u:p@/db?host=a,b&port=5432", {"host": "a,b", "port": "5432,5432"}),
        ("postgres://u:p@a,b:5433/db", {"host": "a,b", "port": "5433"}),
        ("postgres://u:p@a:5432,b/db", {"host": "a,b", "port": "5432,"}),
        ("postgres://u:p@[::1]:5432,[::2]:5433/db", {"host": "::1,::2", "port": "5432,5433"}),
        ("postgres://u:p@a/db", {"host": "a"}),
        ("postgres://u:p@/db?host=/run/postgresql", {"host": "/run/postgresql"}),
        ("postgres://u:p@a/db?target_session_attrs=any", {"host": "a", "target_session_attrs": "any"}),
    ],
)
def test_forms(written: str, expected: dict[str, str]) -> None:
    """All of them say the same to libpq, and without a word of its own a host that can be written to is wanted."""
    url = read_address(written)

    assert {
        "user": "u",
        "password": "p",
        "dbname": "db",
        "connect_timeout": "3",
        "target_session_attrs": "read-write",
        **expected,
    } == conninfo_to_dict(libpq_address(url))


@pytest.mark.parametrize("wrong", ["postgres://u@a:x,b:5433/db", "no address", "postgres://u@a:b/db"])
def test_wrong(wrong: str) -> None:
    """What is none stops the start with the sentence of the setting."""
    with pytest.raises((ValueError, ArgumentError)):
        read_address(wrong)
