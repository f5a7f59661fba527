"""A world of https hosts behind one proxy, with a certificate of its own: Salesforce, and who is not Salesforce."""

import json
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

HOME = "acme.my.salesforce.com"
TOKEN_PATH = "/services/oauth2/token"
# The certificate is good for all of these, lest TLS alone keeps what should have been kept by Ringback.
_NAMES = (
    *(f"*.{name}" for name in ("my.salesforce.com", "sandbox.my.salesforce.com", "salesforce.com", "cloudforce.com")),
    *("*.force.com", "*.lightning.force.com", "*.my.salesforce.mil", "*.my.sfcrmproducts.cn", "*.my.sfcrmapps.cn"),
    *("salesforce.com.evil.example", "*.salesforce.com.evil.example", "*.my.salesforce.com.evil.example"),
    *("evil.example", "*.evil.example", "evilsalesforce.com", "*.evilsalesforce.com", "salesforce.com.evil"),
)


@dataclass(frozen=True)
class Call:
    """What came in, and where."""

    host: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What goes back, nothing at all where the status is 0. A `body` that is no text is written as JSON."""

    status: int = 200
    body: Any = ""
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0


Answers = Callable[[Call], Answer | None]


class Internet:
    """Set `answers` to say what a call is answered; without it, and where it gives nothing, all is well in Salesforce.

    It also answers at `url` itself, in the open: as a sandbox, or as somebody who should never hear of anything.
    Hosts in `gone` cannot be reached, `broken` ones speak no TLS. `connects` are the places to which a way was asked
    for, `calls` what arrived.
    """

    def __init__(self, folder: Path) -> None:
        self.answers: Answers = lambda _: None
        self.gone: set[str] = set()
        self.broken: set[str] = set()
        self.connects: list[str] = []
        self.proxy_logins: list[str | None] = []
        self.calls: list[Call] = []
        self.certificate = folder / "certificate.pem"
        key = folder / "key.pem"
        _certify(self.certificate, key)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(self.certificate, key)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"internet": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self) -> "Internet":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def hosts(self) -> set[str]:
        """All hosts that somebody wanted to reach, by https or in the open."""
        return {place.rpartition(":")[0] for place in self.connects} | {call.host for call in self.calls}

    @property
    def logins(self) -> int:
        """How often a session was asked for."""
        return sum(call.path == TOKEN_PATH for call in self.calls)

    def environment(self) -> dict[str, str]:
        """What leads all traffic there, as an operator would set it."""
        proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), self.url)
        return {**proxies, "NO_PROXY": "", "no_proxy": "", "REQUESTS_CA_BUNDLE": str(self.certificate)}

    def answer(self, call: Call) -> Answer:
        """What this call is answered."""
        self.calls.append(call)
        return self.answers(call) or well(call)


def well(call: Call) -> Answer:
    """What Salesforce answers when all is well."""
    if call.path == TOKEN_PATH:
        return token(f"http://{call.host}" if call.host.startswith("127.0.0.1:") else f"https://{HOME}")
    if call.method == "GET":
        return Answer(body={"records": []})
    parts = [{"httpStatusCode": 201, "body": {"id": "500000000000001AAA"}}]
    return Answer(body={"compositeResponse": [*parts, {"httpStatusCode": 200, "body": {"CaseNumber": "00001027"}}]})


def token(instance: Any, access: Any = "00D000000000001!token") -> Answer:
    """A session."""
    return Answer(body={"access_token": access, "instance_url": instance, "token_type": "Bearer"})


def redirect(status: int, location: str | None) -> Answer:
    """A redirect; without a `location` to nowhere."""
    return Answer(status, "<html>", (("Location", location),) if location is not None else ())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    internet: Internet
    host = ""

    def do_CONNECT(self) -> None:
        net = self.internet
        net.connects.append(self.path)
        net.proxy_logins.append(self.headers.get("Proxy-Authorization"))
        self.host = self.path.rpartition(":")[0]
        if self.host in net.gone:
            self.send_error(502)
            return
        self.send_response(200)
        self.end_headers()
        if self.host in net.broken:
            self.wfile.write(b"This is no TLS.\r\n\r\n")
            return
        try:
            self.connection = net.tls.wrap_socket(self.connection, server_side=True)
        except OSError:
            return
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.close_connection = False

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        host = self.host or str(self.headers["Host"])
        call = Call(host, self.command, self.path, dict(self.headers), self.rfile.read(length))
        answer = self.internet.answer(call)
        time.sleep(answer.seconds)
        if not answer.status:
            self.close_connection = True
            return
        body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        with suppress(OSError):
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value.encode().decode("latin-1"))
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

    def do_GET(self) -> None:
        self.do_POST()

    def do_PATCH(self) -> None:
        self.do_POST()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.connection.close()

    def log_message(self, *_: object) -> None:
        return


def _certify(certificate: Path, key: Path) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "all of them")])
    began = datetime.now(UTC) - timedelta(hours=1)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in _NAMES]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(secret, hashes.SHA256())
    )
    certificate.write_bytes(built.public_bytes(Encoding.PEM))
    key.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
