"""The ways to reach people, on real receivers."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from app.alerting.channels import AlertError, Mail, Ping, Webhook
from app.alerting.message import Message
from tests.support.patience import SOON
from tests.support.process import free_port
from tests.support.receivers import PASSWORD, USER, HttpReceiver, MailReceiver

MESSAGE = Message("Ringback (acme.my): Rückrufe have failed", "See: ringback list")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key and the certificate of a server at localhost."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("mail") / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def guarded(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailReceiver]:
    """A mail server with STARTTLS and log-in, whose certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with MailReceiver(certificate, "localhost") as started:
        yield started


def test_webhook(receiver: HttpReceiver) -> None:
    """It is sent what Slack and those like it show."""
    Webhook(receiver.url).tell(MESSAGE)

    assert [{"text": f"{MESSAGE.title}\n{MESSAGE.text}"}] == receiver.posts


@pytest.mark.parametrize("status", [302, 404, 429, 500])
def test_webhook_that_refuses(receiver: HttpReceiver, status: int) -> None:
    """Whatever is no success is none, and the secret address is not told."""
    receiver.status = status
    with pytest.raises(AlertError, match=str(status)) as raised:
        Webhook(receiver.url).tell(MESSAGE)
    with pytest.raises(AlertError, match="answered" if status != 302 else "answered|reached"):
        Ping(receiver.url).send()

    assert receiver.path not in str(raised.value)


def test_nobody_is_there() -> None:
    """A receiver that is away is an error that does not tell its address."""
    port = free_port()
    for send in (
        lambda: Webhook(f"http://127.0.0.1:{port}/secret").tell(MESSAGE),
        lambda: Mail(f"smtp://u:secret@127.0.0.1:{port}", "a@b", ("c@d",)).tell(MESSAGE),
        Ping(f"http://127.0.0.1:{port}/secret").send,
    ):
        with pytest.raises(AlertError) as raised:
            send()
        assert "secret" not in str(raised.value)


def test_mail() -> None:
    """Mail reaches all its receivers, with the title as its subject."""
    with MailReceiver() as server:
        Mail(f"smtp://127.0.0.1:{server.port}", "r@acme.de", ("one@acme.de", "two@acme.de")).tell(MESSAGE)
    (mail,) = server.mails

    assert (MESSAGE.title, "r@acme.de", "one@acme.de, two@acme.de") == (mail["Subject"], mail["From"], mail["To"])
    assert MESSAGE.text in mail.get_content()


def test_mail_with_password(guarded: MailReceiver) -> None:
    """The connection is encrypted before the password goes out; odd characters are written as in a URL."""
    password = PASSWORD.replace("/", "%2F").replace(" ", "%20")
    Mail(f"smtp://{USER}:{password}@localhost:{guarded.port}", "r@acme.de", ("one@acme.de",)).tell(MESSAGE)

    assert 1 == len(guarded.mails)


def test_mail_with_wrong_password(guarded: MailReceiver) -> None:
    """The server's refusal is told by its code."""
    with pytest.raises(AlertError, match="535"):
        Mail(f"smtp://{USER}:wrong@localhost:{guarded.port}", "r@acme.de", ("one@acme.de",)).tell(MESSAGE)


def test_mail_with_a_password_that_smtp_cannot_send(guarded: MailReceiver) -> None:
    """It is told like any other trouble, so that the other channels are still tried."""
    with pytest.raises(AlertError, match="UnicodeEncodeError"):
        Mail(f"smtp://{USER}:p\u00e4ss@localhost:{guarded.port}", "r@acme.de", ("one@acme.de",)).tell(MESSAGE)


def test_mail_server_with_a_foreign_certificate(guarded: MailReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who cannot show who they are get no password."""
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(AlertError, match="SSLCertVerificationError"):
        Mail(f"smtp://{USER}:secret@localhost:{guarded.port}", "r@acme.de", ("one@acme.de",)).tell(MESSAGE)


def test_mail_server_without_encryption() -> None:
    """Over a network nothing goes out in plain."""
    # Loopback, but not by a name that counts as this machine.
    with MailReceiver(host="127.0.0.2") as server, pytest.raises(AlertError, match="STARTTLS"):
        Mail(f"smtp://127.0.0.2:{server.port}", "r@acme.de", ("one@acme.de",)).tell(MESSAGE)

    assert [] == server.mails


@pytest.mark.parametrize("status", [200, 500])
def test_answer_without_end(status: int) -> None:
    """Its body is not waited for, and takes no memory."""
    with endless(status) as url:
        for send in (lambda: Webhook(url).tell(MESSAGE), Ping(url).send):
            began = time.monotonic()
            with nullcontext() if status == 200 else pytest.raises(AlertError, match="answered 500"):
                send()
            assert time.monotonic() - began < SOON


@contextmanager
def endless(status: int) -> Iterator[str]:
    """A server whose answers go on for ever."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(status)
            self.end_headers()
            with suppress(OSError):
                while not over.wait(0.05):
                    self.wfile.write(b"x" * 1000)

        do_GET = do_POST  # noqa: N815 (the library's name)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        over.set()
        server.shutdown()
