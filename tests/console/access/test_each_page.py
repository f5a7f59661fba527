"""What has to hold for each page, whoever adds it: the list is what the service serves."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.ledger.audit import AuditTrail
from tests.console.access.test_roles import routes, signed_in
from tests.support.console_app import console_app
from tests.support.console_users import OPERATOR, VIEWER

OPEN = {"/console/sign-in", "/console/language"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with console_app(f"sqlite:///{tmp_path_factory.mktemp('pages') / 'ledger.db'}") as app:
        yield app


@pytest.fixture(scope="module")
def operator(app: Flask) -> tuple[FlaskClient, str]:
    return signed_in(app, *OPERATOR)


def audited(app: Flask) -> int:
    return len(AuditTrail(app.extensions["ringback"].database).latest(1000))


def test_a_stranger_gets_in_nowhere(app: Flask) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
        for path in routes(app, "GET") | routes(app, "POST"):
            answer = app.test_client().open(path, method=method, data={"csrf_token": "0"})
            assert answer.status_code in (303, 405), (method, path)
            if answer.status_code == 303:
                assert answer.headers["Location"].startswith("/console/sign-in"), (method, path)


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, ""),
        ({}, "0" * 64),
        ({}, "another session's"),
        ({"Sec-Fetch-Site": "cross-site"}, "its own"),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, "its own"),
        ({"Origin": "https://evil.example"}, "its own"),
        ({"Origin": "http://["}, "its own"),
        ({"Origin": "http://localhost.evil.example"}, "its own"),
        ({"Origin": "http://evil.example@localhost"}, "its own"),
        ({"Origin": "null"}, "its own"),
    ],
    ids=str,
)
def test_no_post_is_forged(app: Flask, operator: tuple[FlaskClient, str], headers: dict[str, str], token: str) -> None:
    """Of no page at all, and nothing of it stands in the audit: it was not done."""
    client, own = operator
    tokens = {"its own": own, "another session's": signed_in(app, *OPERATOR)[1]}
    before = audited(app)
    fields = {"csrf_token": tokens.get(token, token), "note": "x", "reason": "x", "what": "raw", "deed": "discard"}
    for path in (routes(app, "POST") | {"/console/language"}) - {"/console/sign-in"}:
        for content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
            answer = client.post(path, data=fields, headers=headers, content_type=content_type)
            assert answer.status_code == 403, path

    assert audited(app) == before
    assert client.get("/console/audit").status_code == 200


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", '{"csrf_token": "%s"}'),
        ("text/plain", "csrf_token=%s"),
        ("", "csrf_token=%s"),
        ("multipart/form-data", "csrf_token=%s"),
    ],
)
def test_only_forms_are_read(operator: tuple[FlaskClient, str], content_type: str, body: str) -> None:
    """What another site may send without being asked, or as JSON, holds no token."""
    client, token = operator
    answer = client.post("/console/check", data=body % token, headers={"Content-Type": content_type})

    assert answer.status_code == 403


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_link_does_nothing(app: Flask, operator: tuple[FlaskClient, str], method: str) -> None:
    """Neither by what stands in it nor by a header that some frameworks take for the method."""
    client, token = operator
    headers = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    query = {"csrf_token": token, "_method": "POST", "note": "x", "reason": "x", "what": "raw", "deed": "discard"}
    before = audited(app)
    # A file is noted when it is taken.
    for path in routes(app, "POST") | routes(app, "GET") - {"/console/callbacks.csv"}:
        answer = client.open(path, method=method, query_string=query, headers=headers, buffered=True)
        assert answer.status_code < 500, path

    assert audited(app) == before
    assert client.get("/console/").status_code == 200


def test_each_answer_is_guarded(app: Flask, operator: tuple[FlaskClient, str]) -> None:
    """No cache keeps it, no other page frames it, and nothing in it runs but our own files."""
    client, token = operator
    answers = [client.get(path, buffered=True) for path in routes(app, "GET") | OPEN]
    answers += [client.post(path, data={"csrf_token": token}) for path in routes(app, "POST") - {"/console/sign-out"}]
    answers += [app.test_client().get("/console/sign-in"), client.get("/console/nowhere"), client.post("/console/try")]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} <= set(
            policy.split("; ")
        )
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("number", ["0", "-1", str(2**63), "9" * 30, "9" * 5000, "1e9", "\u0661", "1_0", "x", "\x00"])
def test_no_number_breaks_a_page(app: Flask, operator: tuple[FlaskClient, str], number: str) -> None:
    """In an address, in a query, and in a form."""
    client, token = operator
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("console.") and rule.arguments]
    paths = {re.sub(r"<[^>]*>", number.replace("\x00", "%00"), rule.rule) for rule in rules}
    query = dict.fromkeys(("after", "callback", "id", "number", "since", "before", "span"), number)
    answers = [client.get(path) for path in paths]
    answers += [client.get(path, query_string=query, buffered=True) for path in routes(app, "GET")]
    answers += [
        client.post(path, data={"csrf_token": token, "deed": "replay", "load": "callback", **query})
        for path in routes(app, "POST") - {"/console/sign-out"}
    ]

    assert {answer.status_code for answer in answers} <= {200, 303, 400, 404, 422}


def test_a_form_has_an_end(operator: tuple[FlaskClient, str]) -> None:
    """Many fields, deep ones and long ones are read, or too much; none takes the service along."""
    client, token = operator
    many = {f"field{place}": "x" for place in range(10_000)}
    deep = {"payload": '{"AcdEventsID": 1, "a": ' * 5_000, "config": "[" * 60_000}
    codes = [client.post("/console/try", data={"csrf_token": token, **fields}).status_code for fields in (many, deep)]
    long = client.post("/console/try", data=b"x" * 2_000_000, content_type="application/x-www-form-urlencoded")
    part = b'--x\r\nContent-Disposition: form-data; name="field"\r\n\r\n1\r\n'
    parts = client.post("/console/try", data=part * 10_000 + b"--x--", content_type="multipart/form-data; boundary=x")

    assert [*codes, long.status_code, parts.status_code] == [200, 200, 413, 413]


def test_what_is_sought_is_not_long(app: Flask) -> None:
    client, token = signed_in(app, *VIEWER)
    answer = client.post("/console/callbacks/search", data={"csrf_token": token, "q": "x" * 100_000})

    assert len(answer.text) < 20_000


def test_no_name_of_a_request_gets_into_a_header(operator: tuple[FlaskClient, str]) -> None:
    for named in ("a b", "a;b", "+4930901820", "x" * 65, "<script>"):
        answer = operator[0].get("/console/nowhere", headers={"X-Request-ID": named})
        assert named not in answer.text
        assert answer.headers["X-Request-ID"] != named
