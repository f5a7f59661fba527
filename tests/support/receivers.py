"""Who is told of incidents: an address that takes webhooks and pings, and a mail server. Both real."""

import json
import ssl
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.process import free_port

if TYPE_CHECKING:
    from email.message import EmailMessage

USER, PASSWORD = "ringback", "a mail password / of ours"


class HttpReceiver:
    """Keeps what it is sent and answers `status`. Its path is a secret, as Slack's is."""

    path = "/services/T0/B0/a-secret-of-slack"

    def __init__(self) -> None:
        self.status, self.posts, self.pings = 200, list[dict[str, Any]](), 0
        self.asked = 0  # whatever was answered
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.status == 200:
                    receiver.posts.append(json.loads(body))
                self._answer()

            def do_GET(self) -> None:
                receiver.pings += 1
                self._answer()

            def _answer(self) -> None:
                receiver.asked += 1
                self.send_response(receiver.status)
                if receiver.status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}{self.path}"

    @property
    def texts(self) -> list[str]:
        """What it was told, each as people read it."""
        return [post["text"] for post in self.posts]

    def __enter__(self) -> "HttpReceiver":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class MailReceiver:
    """A mail server; with a certificate it wants STARTTLS, and then USER and PASSWORD."""

    def __init__(self, certificate: Path | None = None, host: str = "127.0.0.1") -> None:
        self.mails: list[EmailMessage] = []
        self.port = free_port()
        options: dict[str, Any] = {}
        if certificate is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate)
            options = {
                "tls_context": context,
                "require_starttls": True,
                "auth_required": True,
                "authenticator": self._authenticate,
            }
        self._controller = Controller(self, hostname=host, port=self.port, **options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"

    def _authenticate(self, _: SMTP, __: Session, ___: Envelope, ____: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=right)

    def __enter__(self) -> "MailReceiver":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()
        self._controller.loop.close()
