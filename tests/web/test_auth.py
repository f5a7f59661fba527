"""Every way of showing a secret, with what is right and what is not. What is wrong is always the same 401."""

import base64
import json
import os
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.support.forks import run_command
from tests.support.patience import PATIENCE
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

OLD, NEW = "old-secret-" + "o" * 32, "new-secret-" + "n" * 32
# Letters outside ASCII, which clients write in either encoding.
LETTERS = "schlüssel-" + "ü" * 32
OTHER = "secret-of-another-source-" + "x" * 32
SECRETS = dict.fromkeys(("", "_BASIC", "_HEADER", "_URL", "_NEAR", "_FAR"), f"{OLD} {NEW}\n{LETTERS}")

Headers = list[tuple[str, bytes]]


@pytest.fixture(scope="module")
def door(shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRingback]:
    """A Ringback with a source for each way in, behind one proxy."""
    environment = {
        **{f"RINGBACK_SECRET{name}": known for name, known in SECRETS.items()},
        "RINGBACK_CONFIG": str(Path(__file__).with_name("auth.yaml")),
        "RINGBACK_PROXIES": "1",
        "WEB_CONCURRENCY": "1",
    }
    with RunningRingback(shared_sandbox.url, tmp_path_factory.mktemp("door") / "log", environment) as running:
        yield running


def bearer(secret: str, encoding: str = "utf-8") -> bytes:
    return b"Bearer " + secret.encode(encoding)


def basic(password: str, user: str = "jtel", encoding: str = "utf-8") -> bytes:
    return b"Basic " + base64.b64encode(f"{user}:{password}".encode(encoding))


def ask(door: RunningRingback, path: str, headers: Headers, method: str = "GET") -> tuple[int, dict[str, Any]]:
    """The answer to a request with just these headers, in this order, each as often as it stands here."""
    connection = HTTPConnection("127.0.0.1", door.port, timeout=PATIENCE)
    connection.putrequest(method, path)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body


RIGHT = {
    "old": ("/callbacks", [("Authorization", bearer(OLD))]),
    "new": ("/callbacks", [("Authorization", bearer(NEW))]),
    "utf-8": ("/callbacks", [("Authorization", bearer(LETTERS))]),
    "latin-1": ("/callbacks", [("Authorization", bearer(LETTERS, "latin-1"))]),
    "lower-case-scheme": ("/callbacks", [("authorization", b"bearer " + OLD.encode())]),
    "blanks-around": ("/callbacks", [("Authorization", b"  Bearer   " + OLD.encode() + b"  ")]),
    "other-headers-too": ("/callbacks", [("Authorization", bearer(OLD)), ("X-Api-Key", b"nonsense")]),
    "basic-old": ("/callbacks/basic", [("Authorization", basic(OLD))]),
    "basic-new": ("/callbacks/basic", [("Authorization", basic(NEW))]),
    "basic-utf-8": ("/callbacks/basic", [("Authorization", basic(LETTERS))]),
    "basic-latin-1": ("/callbacks/basic", [("Authorization", basic(LETTERS, encoding="latin-1"))]),
    "basic-lower-case": ("/callbacks/basic", [("Authorization", b"basic" + basic(OLD)[5:])]),
    "header-old": ("/callbacks/header", [("X-Api-Key", OLD.encode())]),
    "header-new": ("/callbacks/header", [("x-api-key", NEW.encode())]),
    "header-latin-1": ("/callbacks/header", [("X-Api-Key", LETTERS.encode("latin-1"))]),
    "url-old": (f"/callbacks/url/{OLD}", []),
    "url-new-with-slash": (f"/callbacks/url/{NEW}/", []),
    "url-encoded": ("/callbacks/url/" + "".join(f"%{byte:02x}" for byte in LETTERS.encode()), []),
    "url-source-by-bearer": ("/callbacks/url", [("Authorization", bearer(OLD))]),
    "near": ("/callbacks/near", [("Authorization", bearer(OLD))]),
    "near-said-by-the-proxy": (
        "/callbacks/near",
        [("Authorization", bearer(OLD)), ("X-Forwarded-For", b"198.51.100.1, 127.0.0.1")],
    ),
    "far-said-by-the-proxy": (
        "/callbacks/far",
        [("Authorization", bearer(OLD)), ("X-Forwarded-For", b"203.0.113.9")],
    ),
    "far-with-a-port": (
        "/callbacks/far",
        [("Authorization", bearer(OLD)), ("X-Forwarded-For", b"203.0.113.9:4711")],
    ),
    "far-as-ipv6": (
        "/callbacks/far",
        [("Authorization", bearer(OLD)), ("X-Forwarded-For", b"[2001:db8::9]:4711")],
    ),
    "far-within-ipv6": (
        "/callbacks/far",
        [("Authorization", bearer(OLD)), ("X-Forwarded-For", b"::ffff:203.0.113.9")],
    ),
}

WRONG = {
    "other-secret": ("/callbacks", [("Authorization", bearer(OTHER))]),
    "one-letter-more": ("/callbacks", [("Authorization", bearer(OLD + "o"))]),
    "one-letter-less": ("/callbacks", [("Authorization", bearer(OLD[:-1]))]),
    "upper-case": ("/callbacks", [("Authorization", bearer(OLD.upper()))]),
    "both-at-once": ("/callbacks", [("Authorization", bearer(f"{OLD} {NEW}"))]),
    "as-basic": ("/callbacks", [("Authorization", basic(OLD))]),
    "without-scheme": ("/callbacks", [("Authorization", b" " + OLD.encode() + b" x")]),
    "unknown-scheme": ("/callbacks", [("Authorization", b"Digest " + OLD.encode())]),
    "twice": ("/callbacks", [("Authorization", bearer(OLD)), ("Authorization", bearer(OLD))]),
    "twice-one-wrong": ("/callbacks", [("Authorization", bearer(OTHER)), ("Authorization", bearer(OLD))]),
    "very-long": ("/callbacks", [("Authorization", bearer(OLD + "o" * 100_000))]),
    "bytes": ("/callbacks", [("Authorization", b"Bearer \xff\xfe\xe4")]),
    "in-another-header": ("/callbacks", [("X-Api-Key", OLD.encode())]),
    "in-the-url": (f"/callbacks/default/{OLD}", []),
    "in-the-url-and-bearer": (f"/callbacks/default/{OLD}", [("Authorization", bearer(OLD))]),
    "basic-other-user": ("/callbacks/basic", [("Authorization", basic(OLD, user="Jtel"))]),
    "basic-no-user": ("/callbacks/basic", [("Authorization", basic(OLD, user=""))]),
    "basic-other-password": ("/callbacks/basic", [("Authorization", basic(OTHER))]),
    "basic-empty-password": ("/callbacks/basic", [("Authorization", basic(""))]),
    "basic-no-base64": ("/callbacks/basic", [("Authorization", b"Basic !!!")]),
    "basic-no-colon": ("/callbacks/basic", [("Authorization", b"Basic " + base64.b64encode(OLD.encode()))]),
    "basic-by-bearer": ("/callbacks/basic", [("Authorization", bearer(OLD))]),
    "basic-by-bearer-with-user": ("/callbacks/basic", [("Authorization", bearer(f"jtel:{OLD}"))]),
    "header-other": ("/callbacks/header", [("X-Api-Key", OTHER.encode())]),
    "header-twice": ("/callbacks/header", [("X-Api-Key", OLD.encode()), ("X-Api-Key", OLD.encode())]),
    "header-by-bearer": ("/callbacks/header", [("Authorization", bearer(OLD))]),
    "header-with-scheme": ("/callbacks/header", [("X-Api-Key", bearer(OLD))]),
    "url-other": (f"/callbacks/url/{OTHER}", []),
    "url-other-and-bearer": (f"/callbacks/url/{OTHER}", [("Authorization", bearer(OLD))]),
    "url-longer": (f"/callbacks/url/{OLD}/{OLD}", []),
    "unknown-source": ("/callbacks/nobody", [("Authorization", bearer(OLD))]),
    "unknown-source-in-url": (f"/callbacks/nobody/{OLD}", []),
    "too-far": ("/callbacks/near", [("Authorization", bearer(OLD)), ("X-Forwarded-For", b"203.0.113.9")]),
    "not-far-enough": ("/callbacks/far", [("Authorization", bearer(OLD))]),
    "spoofed": (
        "/callbacks/far",
        [("Authorization", bearer(OLD)), ("X-Forwarded-For", b"203.0.113.9, 198.51.100.1")],
    ),
    "spoofed-by-a-header-of-its-own": (
        "/callbacks/far",
        [
            ("Authorization", bearer(OLD)),
            ("X-Forwarded-For", b"203.0.113.9"),
            ("X-Forwarded-For", b"198.51.100.1"),
        ],
    ),
    "spoofed-by-another-name": (
        "/callbacks/far",
        [
            ("Authorization", bearer(OLD)),
            ("X_Forwarded_For", b"203.0.113.9"),
            ("Forwarded", b"for=203.0.113.9"),
            ("X-Real-IP", b"203.0.113.9"),
        ],
    ),
    "no-address": ("/callbacks/near", [("Authorization", bearer(OLD)), ("X-Forwarded-For", b"unknown")]),
}

MALFORMED = {
    *("both-at-once", "without-scheme", "unknown-scheme", "twice", "twice-one-wrong"),
    *("basic-no-base64", "basic-no-colon"),
}
NOTHING = {
    "nothing": [],
    "empty": [("Authorization", b"")],
    "blank": [("Authorization", b"   ")],
    "scheme-only": [("Authorization", b"Bearer ")],
    "empty-header": [("X-Api-Key", b" ")],
}


@pytest.mark.parametrize(("path", "headers"), RIGHT.values(), ids=RIGHT)
def test_right(door: RunningRingback, path: str, headers: Headers) -> None:
    """The secret of the source lets in, shown as the source wants it: each of those that are valid just now."""
    status, body = ask(door, path, headers)

    assert (200, "ready") == (status, body["status"])


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", WRONG)
def test_wrong(door: RunningRingback, name: str, method: str) -> None:
    """What is not the secret of that source, or is shown in another way, is a 401 that says nothing of any source."""
    path, headers = WRONG[name]
    status, body = ask(door, path, [*headers, ("X-Request-ID", b"same")], method)
    # The header's shape is told to whoever asks, also of a source that is none.
    shown = headers if name in MALFORMED else [("Authorization", b"Bearer x")]
    expected = ask(door, "/callbacks/nobody", [*shown, ("X-Request-ID", b"same")])
    reason = "credentials_malformed" if name in MALFORMED else "credentials_wrong"

    # A path that is none at all is told so, since no source's name is in question.
    assert (401, "path_unknown" if name == "url-longer" else reason) == (status, body["reason"])
    assert status == expected[0]
    assert body == expected[1] or name == "url-longer"


SHAPES = {
    OLD.encode(): "is one word",
    b"Bearer: " + OLD.encode(): "has a colon",
    b"Authorization: Bearer " + OLD.encode(): "has a colon",
    b"Token " + OLD.encode(): "neither Bearer nor Basic",
    b"Bearer Bearer " + OLD.encode(): "more than one word behind Bearer",
    b"Bearer <" + OLD.encode() + b">": "a bracket",
    b'Bearer "' + OLD.encode() + b'"': "a quote",
    b"Bearer $RINGBACK_SECRET": "a variable's name",
    b"Basic " + OLD.encode(): "no USER:SECRET in Base64",
}


@pytest.mark.parametrize("header", SHAPES)
@pytest.mark.parametrize("path", ["/callbacks", "/callbacks/header", "/callbacks/nobody", "/jtel/callbacks"])
def test_shapes(door: RunningRingback, path: str, header: bytes) -> None:
    """A header that shows no secret by its form is told so, with the form that is wanted, and without what was sent."""
    status, body = ask(door, path, [("Authorization", header)])

    assert (401, "credentials_malformed") == (status, body["reason"])
    assert SHAPES[header] in body["message"]
    assert "Authorization: Bearer <secret>" in body["message"]
    assert OLD not in body["message"]


@pytest.mark.parametrize("source", ["default", "basic", "header", "url", "near", "nobody"])
@pytest.mark.parametrize("headers", NOTHING.values(), ids=NOTHING)
def test_nothing(door: RunningRingback, source: str, headers: Headers) -> None:
    """A request without any secret is told that it has none, whatever its source, known or not."""
    status, body = ask(door, f"/callbacks/{source}", headers)

    assert (401, "credentials_missing") == (status, body["reason"])


def test_failures_are_logged(door: RunningRingback) -> None:
    """A failed log-in is a warning with the sender's address, and without what was shown."""
    first: Headers = [("X-Request-ID", b"f1"), ("X-Forwarded-For", b"203.0.113.77")]
    second: Headers = [("X-Request-ID", b"f2"), ("X-Forwarded-For", b"no [31m address")]
    ask(door, "/callbacks", [("Authorization", bearer(OTHER)), *first])
    ask(door, f"/callbacks/url/{OTHER}", second)
    failures = {line["request_id"]: line for line in door.log_lines() if line.get("request_id") in ("f1", "f2")}

    assert ("warning", "credentials_wrong", "203.0.113.77") == tuple(
        failures["f1"][key] for key in ("level", "reason", "remote")
    )
    assert "remote" not in failures["f2"]
    assert OTHER not in door.log.read_text()


@pytest.mark.parametrize("path", ["/metrics", "/health/ready"])
def test_operators_failures_are_logged(door: RunningRingback, path: str) -> None:
    """Nobody tries out the operator's secret unseen, not even where a wrong one is answered 200."""
    headers: Headers = [("Authorization", bearer(OTHER)), ("X-Forwarded-For", b"203.0.113.78")]
    ask(door, path, [*headers, ("X-Request-ID", path.strip("/").replace("/", "-").encode())])
    (line,) = [one for one in door.log_lines() if one.get("request_id") == path.strip("/").replace("/", "-")]

    assert ("warning", "203.0.113.78") == (line["level"], line["remote"])


def test_short_secrets_are_warned_of(door: RunningRingback, ringback: RunningRingback) -> None:
    """At the start a secret that can be guessed is told, by its setting; one that is long enough is not."""
    told = [line["setting"] for line in ringback.log_lines() if line["event"] == "secret_short"]

    assert {"RINGBACK_SECRET_BERLIN_2", "RINGBACK_SECRET_STRICT"} == set(told)
    assert [] == [line for line in door.log_lines() if line["event"] == "secret_short"]


@pytest.mark.parametrize(
    ("source", "auth"),
    [("default", "bearer"), ("basic", "basic:jtel"), ("header", "header:X-Api-Key")],
)
def test_who_plays_jtel_gets_in(door: RunningRingback, source: str, auth: str) -> None:
    """`ringback send` shows one of the secrets as the source wants it."""
    command = ["send", "--url", door.url, "--source", source, "--auth", auth]
    done = run_command(command, {**os.environ, "RINGBACK_SECRET": SECRETS[""]})

    assert (0, "") == (done.returncode, done.stderr)
