"""Whatever stands in a field, each page shows it as text: it runs nothing, and turns nothing round."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, Text, cast, insert, literal, update
from sqlalchemy.engine import Connection

from app.console.callbacks.csv_file import cell
from app.console.steering_characters import as_written, visible
from app.domain.harmless import harmless
from app.ledger.database import Database
from app.ledger.tables import attempt, audit, entry, repair, repaired
from tests.console.access.test_roles import routes, signed_in
from tests.support.console_app import console_app
from tests.support.console_users import OPERATOR

STEERING = "\u202e\u2066\u200b\u2028\x1b[31m\x07\x85"
HOSTILE = f"""=1+1"'><img src=x onerror=alert(1)><script>x</script></textarea></title>{STEERING}{{{{ 7*7 }}}}"""
FIELDS = (
    "CallbackNumber",
    "Caller",
    "CallerName",
    "Comments",
    "Language",
    "Message",
    "Service",
    "ServiceNumber",
    "Subject",
    "Url",
)
NAMES = ("state", "reason", "source", "rule", "since", "before", "dropped", "number", "sort", "q")
SECRET = {"Authorization": "Bearer a-secret-of-this-test-that-is-long-enough"}
# What is compared with a column of these is a word of ours, or has a form of its own.
_OURS = {"state", "deed", "role", "dropped", "dropped_messages", "entry_ids", "sealed_with", "edited_with"}
_TABLES = (entry, attempt, audit, repair, repaired)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A ledger in which all that may be a text is hostile."""
    with console_app(f"sqlite:///{tmp_path_factory.mktemp('hostile') / 'ledger.db'}") as app:
        client = app.test_client()
        for body in (dict.fromkeys(FIELDS, HOSTILE), {**dict.fromkeys(FIELDS, HOSTILE), "AcdEventsID": 4711}):
            client.post("/callbacks", json={**body, HOSTILE: HOSTILE}, headers=SECRET)
        operator, token = signed_in(app, *OPERATOR)
        planned = operator.post("/console/repair", data={"csrf_token": token, "deed": "discard", "id": "1"})
        assert planned.headers["Location"].endswith("/console/repair/1")
        database: Database = app.extensions["ringback"].database
        database.write(_spoil)
        yield app


def _spoil(connection: Connection) -> None:
    connection.execute(update(repair).values(asked_at=repair.c.planned_at))
    connection.execute(insert(repaired).values(repair_id=1, entry_id=1, fate="failed"))
    for table in _TABLES:
        columns = [
            column
            for column in table.columns
            if isinstance(column.type, (String, Text)) and not column.foreign_keys and column.name not in _OURS
        ]
        # Some are unique.
        hostile = literal(HOSTILE) + cast(table.c.id, String)
        connection.execute(update(table).values(dict.fromkeys(columns, hostile)))


@pytest.fixture(scope="module")
def operator(app: Flask) -> tuple[FlaskClient, str]:
    return signed_in(app, *OPERATOR)


class _Tags(HTMLParser):
    """The names of all elements, and of their attributes that run something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag, *(name for name, _ in attrs if name.startswith(("on", "hx-on")) or name == "style")]
        self.found += [value for name, value in attrs if value and name in ("href", "action") and value[0] not in "/#h"]


def check(page: str) -> None:
    """Nothing of what is hostile is part of the page itself."""
    tags = _Tags()
    tags.feed(page)

    assert not {"img", "onerror", "style"} & set(tags.found)
    assert not [one for one in tags.found if "javascript:" in one or "alert" in one]
    assert "<script>x" not in page
    assert not set(STEERING) - set("[31m") & set(page)


def test_each_page(app: Flask, operator: tuple[FlaskClient, str]) -> None:
    """All that there are: a new one is looked at, too."""
    client, _ = operator
    for path in sorted(routes(app, "GET") - {"/console/callbacks.csv"}):
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(path, headers=headers)
            assert answer.status_code in (200, 303), path
            check(answer.text)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/console/callbacks/2/reveal", {"what": "raw"}),
        ("/console/callbacks/2/reveal", {"what": "numbers"}),
        ("/console/callbacks/1/reveal", {"what": "raw"}),
        ("/console/callbacks/2/edit", {}),
        ("/console/callbacks/2/edit", {"text": HOSTILE, "step": "look"}),
        ("/console/callbacks/2/edit", {"text": json.dumps({"AcdEventsID": 4711, HOSTILE: HOSTILE}), "step": "look"}),
        ("/console/callbacks/2/forget", {}),
        ("/console/callbacks/search", {"q": HOSTILE}),
        ("/console/callbacks/search", {"q": "4711"}),
        ("/console/try", {"payload": HOSTILE, "config": HOSTILE, "source": HOSTILE}),
        ("/console/try", {"payload": json.dumps({"AcdEventsID": 1, "Subject": HOSTILE})}),
        ("/console/try", {"callback": "2", "payload": ""}),
        ("/console/try", {"load": HOSTILE, "example": HOSTILE}),
    ],
    ids=str,
)
def test_each_answer(operator: tuple[FlaskClient, str], path: str, fields: dict[str, str]) -> None:
    client, token = operator

    check(client.post(path, data={"csrf_token": token, **fields}, follow_redirects=True).text)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["/console/callbacks", "/console/wishes", "/console/audit", "/console/sign-in"])
def test_each_query(operator: tuple[FlaskClient, str], path: str, name: str) -> None:
    answer = operator[0].get(path, query_string={name: HOSTILE, "after": HOSTILE, "next": f"/console/{HOSTILE}"})

    assert answer.status_code == 200
    check(answer.text)


def test_a_name_of_a_rule(operator: tuple[FlaskClient, str]) -> None:
    """And all else that a configuration may say."""
    config = json.dumps({"rules": [{"name": HOSTILE, "fields": {"Subject": HOSTILE, HOSTILE: HOSTILE}}]})
    client, token = operator
    payload = json.dumps({"AcdEventsID": 1, "CallbackNumber": "4930901820"})

    check(client.post("/console/try", data={"csrf_token": token, "payload": payload, "config": config}).text)


def test_the_file(operator: tuple[FlaskClient, str]) -> None:
    """No spreadsheet runs a cell of it."""
    text = operator[0].get("/console/callbacks.csv?span=all").text

    assert not set(STEERING) - set("[31m") & set(text)
    assert "1+1" in text
    assert not re.search(r'(^|[,;\r\n])"?\s*[=+@-]', text.removeprefix("\ufeff"))


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", " \r\n=", "\x00=", "\u200b=", "\uff1d", "\ufeff="])
def test_a_cell(begin: str) -> None:
    assert cell(f"{begin}cmd|'/c calc'!A1")[0] not in "=+-@\t\r\uff1d"


@pytest.mark.parametrize("text", ["Müller", "10:42\u202f+01:00", "12\xa0345", "…\u2013→", "a\n\tb", "日本", "👍"])
def test_usual_text_stays(text: str) -> None:
    assert visible(text) == text
    assert str(as_written(text)) == text


@pytest.mark.parametrize("text", [STEERING, "\ud800", "\r\n", "\u061c\ufeff", "👨\u200d👩"])
def test_what_somebody_edits_comes_back(text: str) -> None:
    """In a field it stands as a reference, so that nothing else is saved; everywhere else it is shown as what it is."""
    from html import unescape

    written = str(as_written(f"<{text}>"))
    assert visible(written) == written
    assert written.isprintable() or "\n" in text
    assert all(one in unescape(written) for one in text if one not in "\x07\x1b\x85\ud800\r")
    assert visible(text) == harmless(text)


def test_templates_have_none() -> None:
    """What we write ourselves is shown as we wrote it."""
    for path in Path("app/console/templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert visible(text) == text, path
