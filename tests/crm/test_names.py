"""Only the CRM's room knows what Salesforce calls things, besides what plays Salesforce and what makes Cases."""

import re
from pathlib import Path

import pytest

import app

ROOT = Path(app.__file__).parent
# The room, what plays Salesforce, and the mapper that is built in for Cases.
KNOWING = ("crm/", "sandbox/", "mapping/case.py", "mapping/summary.py")
NAMES = (
    r"\bParentId\b",
    r"\bOwnerId\b",
    r"\bCaseComment\b",
    r"\b32[_,]?000\b",
    r"Setup >",
    r"Object Manager",
)


@pytest.mark.parametrize("name", NAMES)
def test_nobody_else_knows_it(name: str) -> None:
    """Another CRM needs no change outside its room."""
    files = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if re.search(name, path.read_text())]

    assert [file for file in files if not file.startswith(KNOWING)] == []
