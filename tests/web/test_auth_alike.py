"""A stranger cannot tell sources apart: answer and work depend on the request alone."""

import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.domain.access import Scheme
from app.domain.ordinary_headers import is_ordinary
from app.mapping.access import read_auth
from app.mapping.problems import WrongError
from app.web.auth import USUAL

LONG = "x" * 240_000
SOURCES = ("default", "basic", "header", "url", "near", "nobody")
NAMES = ("", "_BASIC", "_HEADER", "_URL", "_NEAR", "_FAR")
SHOWN = {
    "nothing": {},
    "empty": {"Authorization": ""},
    "bearer": {"Authorization": "Bearer wrong"},
    "long-bearer": {"Authorization": f"Bearer {LONG}"},
    "basic": {"Authorization": "Basic " + b64encode(b"jtel:wrong").decode()},
    "long-basic": {"Authorization": f"Basic {LONG}"},
    "no-base64": {"Authorization": "Basic !!!"},
    "unknown-scheme": {"Authorization": f"Digest {LONG}"},
    "header": {"X-Api-Key": "wrong"},
    "long-header": {"X-Api-Key": LONG},
    "unused-header": {"X-Unused-Key": "wrong"},
    "long-unused-header": {"X-Unused-Key": LONG},
    "all": {"X-Api-Key": LONG[:100], "Authorization": f"Basic {LONG[:100]}"},
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The web service as it is wired, with a source for each way in; some have more secrets than others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RINGBACK_CRM", "sandbox")
        patch.setenv("RINGBACK_CHECK_CRM", "false")
        for count, name in enumerate(NAMES, 1):
            patch.setenv(f"RINGBACK_SECRET{name}", " ".join(f"secret-{n}-" + "s" * 32 for n in range(count)))
        patch.setenv("RINGBACK_CONFIG", str(Path(__file__).with_name("auth.yaml")))
        patch.setenv("DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('alike') / 'ledger.db'}")
        app = create_app()
        yield app
        app.extensions["ringback"].database.close()


METHODS = "GET", "POST", "HEAD", "OPTIONS", "DELETE"


@pytest.mark.parametrize("end", ["", "/", "/wrong", f"/{LONG[:9_000]}"], ids=["plain", "slash", "token", "long-token"])
@pytest.mark.parametrize("headers", SHOWN.values(), ids=SHOWN)
def test_answers_are_alike(app: Flask, headers: dict[str, str], end: str) -> None:
    """Status, headers and body are the same for each source, known or not, whatever the method."""
    client, sent = app.test_client(), {**headers, "X-Request-ID": "same"}
    for method in METHODS:
        answers = [client.open(f"/callbacks/{name}{end}", method=method, headers=sent) for name in SOURCES]
        said = {(one.status_code, tuple(one.headers), one.data) for one in answers}

        assert 1 == len(said), method
        assert answers[0].status_code != 401 or answers[0].headers["WWW-Authenticate"] == 'Bearer realm="Ringback"'


@pytest.mark.parametrize("end", ["", "/wrong"], ids=["plain", "token"])
@pytest.mark.parametrize("headers", SHOWN.values(), ids=SHOWN)
def test_work_is_alike(app: Flask, headers: dict[str, str], end: str) -> None:
    """The same functions are called, with as many bytes, so that time tells nothing either."""
    steps = [steps_of(app, f"/callbacks/{name}{end}", headers) for name in SOURCES]

    assert steps[0]
    assert [steps[0]] * len(SOURCES) == steps


@pytest.mark.parametrize("name", ["X-Api-Key", "X-Unused-Key", "Api-Token", "X-Jtel", "Proxy-Authorization"])
@pytest.mark.parametrize("value", ["wrong", LONG], ids=["short", "long"])
def test_names_of_headers_are_alike(app: Flask, name: str, value: str) -> None:
    """Whether a header is one in which a source has its secret cannot be found out."""
    answer = app.test_client().get("/callbacks", headers={name: value, "X-Request-ID": "same"})

    assert "credentials_wrong" == answer.get_json()["reason"]
    assert shape(app, {name: value}) == shape(app, {"X-Unused-Key"[: len(name)].ljust(len(name), "y"): value})


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Apache-HttpClient/4.5.14 (Java/17)", "Accept": "*/*", "Accept-Encoding": "gzip"},
        {"User-Agent": "node", "Sec-Fetch-Mode": "cors", "Accept-Language": "*", "Connection": "keep-alive"},
        {"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Proto": "https", "X-Real-IP": "198.51.100.1"},
        {"X-Request-Start": "1", "Connect-Time": "0", "Total-Route-Time": "0", "Via": "1.1 vegur"},
        {"X-Amzn-Trace-Id": "Root=1", "CF-Ray": "1", "CDN-Loop": "x", "traceparent": "00-1-2-01"},
        {"Upgrade": "h2c", "HTTP2-Settings": "AAMAAABk", "Connection": "Upgrade, HTTP2-Settings"},
        {"Postman-Token": "1", "Cache-Control": "no-cache", "Cookie": "a=b", "Content-Type": "application/json"},
        {
            "Cf-Connecting-Ip": "198.51.100.1",
            "Cf-Ipcountry": "DE",
            "Cf-Visitor": "{}",
            "True-Client-Ip": "198.51.100.1",
        },
        {"X-Varnish": "1", "Fastly-Client-Ip": "198.51.100.1", "Fastly-SSL": "1", "X-Timer": "S1"},
        {"X-Vercel-Id": "fra1::1", "X-Vercel-Forwarded-For": "198.51.100.1", "X-Vercel-Ip-Country": "DE"},
        {
            "X-Appservice-Proto": "https",
            "X-Waws-Unencoded-Url": "/",
            "Disguised-Host": "a.example",
            "X-ARR-LOG-ID": "1",
        },
        {"X-Azure-Ref": "1", "X-Azure-ClientIP": "198.51.100.1", "X-Azure-FDID": "1", "X-Original-URL": "/"},
        {"Newrelic": "1", "Apigw-Requestid": "1", "X-Newrelic-Id": "1", "X-Cloud-Trace-Context": "1"},
        {"CloudFront-Viewer-Country": "DE", "CloudFront-Is-Mobile-Viewer": "true", "X-Amz-Cf-Id": "1"},
        {"Fly-Client-Ip": "198.51.100.1", "Fly-Forwarded-Proto": "https", "Fly-Region": "fra"},
        {"X-Envoy-External-Address": "198.51.100.1", "X-Envoy-Attempt-Count": "1", "X-B3-TraceId": "1", "b3": "0"},
        {
            "X-Forwarded-Host": "a.example",
            "X-Forwarded-Server": "a.example",
            "X-Forwarded-Prefix": "/",
            "Forwarded": "x",
        },
        {
            "Sec-CH-UA": "x",
            "Sec-CH-UA-Platform": "x",
            "Sec-Fetch-Site": "none",
            "DNT": "1",
            "Upgrade-Insecure-Requests": "1",
        },
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_what_clients_and_proxies_add_is_no_secret(app: Flask, headers: dict[str, str]) -> None:
    """Who sends only what a client or a proxy adds by itself is told that the secret is missing."""
    answer = app.test_client().post("/callbacks", headers=headers)

    assert "credentials_missing" == answer.get_json()["reason"]
    for name in headers:
        with pytest.raises(WrongError, match=f"clients and proxies send {name} by themselves"):
            read_auth({"header": name})


@pytest.mark.parametrize(
    "name",
    [
        *("X-Client-Secret", "X-Real-Token", "Cf-Access-Client-Secret", "Cf-Access-Client-Id", "X-Request-Token"),
        *("X-Forwarded-Secret", "X-Forwarded-Access-Token", "Sec-Token", "Content-Key", "If-Secret", "Fly-Api-Token"),
        *("X-Amz-Security-Token", "X-Azure-Key", "X-Original-Token", "Accept-Token", "Trace-Secret", "X-Trace-Token"),
        *("CDN-Token", "Cache-Secret", "Client-Ip-Token", "Connect-Secret", "X-Client-Id", "Postman-Secret"),
        *("X-Vercel-Proxy-Signature", "Fastly-Key", "B3-Token", "X-Correlation-Secret", "Access-Control-Token"),
    ],
)
def test_what_only_begins_like_one_may_be_a_secret(app: Flask, name: str) -> None:
    """A wrong secret in a header that no client and no proxy sends is wrong, and not missing."""
    answer = app.test_client().post("/callbacks", headers={name: "wrong"})

    assert "credentials_wrong" == answer.get_json()["reason"]
    assert (Scheme.HEADER, name) == read_auth({"header": name})


def shape(app: Flask, headers: dict[str, str]) -> list[Any]:
    return steps_of(app, "/callbacks", headers)


def steps_of(app: Flask, path: str, headers: dict[str, str]) -> list[Any]:
    """What the authentication calls, and how long the bytes are that are hashed or decoded."""
    steps: list[Any] = []

    def note(frame: FrameType, event: str, what: Any) -> None:
        if event == "call" and frame.f_code.co_filename.endswith(("app/web/auth.py", "app/web/shown.py")):
            sizes = [len(one) for one in frame.f_locals.values() if isinstance(one, (bytes, str))]
            steps.append((frame.f_code.co_qualname, sizes))
        elif event == "c_call" and what.__name__ in ("digest", "a2b_base64", "compare_digest"):
            steps.append(what.__name__)

    with app.test_request_context(path, headers=headers):
        app.preprocess_request()  # the first one notes what is known
    with app.test_request_context(path, headers=headers):
        sys.setprofile(note)
        try:
            app.preprocess_request()
        finally:
            sys.setprofile(None)
    return steps


@pytest.mark.parametrize("name", sorted(USUAL))
def test_no_source_has_its_secret_in_a_usual_header(name: str) -> None:
    """What is not looked at for a secret can be the header of no source."""
    header = name.removeprefix("HTTP_").replace("_", "-")

    assert is_ordinary(header)
    with pytest.raises(WrongError):
        read_auth({"header": header})
