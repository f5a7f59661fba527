"""What the token endpoint says when it gives no token, through the library that reads it."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from app.crm.salesforce import JwtCredentials
from app.domain.errors import CrmError
from app.domain.record import Record
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.sandbox import RunningSandbox


def failure(rooms: Rooms) -> CrmError:
    with pytest.raises(CrmError) as caught:
        rooms.crm.create(Record("Case", {"Subject": "Callback"}), "default-1", Deadline(5))
    return caught.value


@pytest.fixture
def endpoint() -> Iterator[Callable[[int, str], str]]:
    """A token endpoint that always answers the same: `endpoint(400, "…")` gives its address."""
    servers = []

    def make(status: int, body: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


def oauth(error: str, description: str | None = None) -> str:
    return json.dumps({"error": error} | ({"error_description": description} if description else {}))


# Salesforce help "OAuth Authorization Flow Errors", and answers that clients have published.
CASES = [
    (400, oauth("invalid_grant", "authentication failure"), "login_refused", "Run As"),
    (400, oauth("invalid_grant", "no client credentials user enabled"), "login_refused", "set Run As"),
    (400, oauth("invalid_grant", "request not supported on this domain"), "login_refused", "My Domain"),
    (400, oauth("invalid_grant", "user hasn't approved this consumer"), "login_refused", "pre-authorise"),
    (400, oauth("invalid_grant", "audience is invalid"), "login_refused", "SALESFORCE_DOMAIN"),
    (400, oauth("invalid_client", "invalid client credentials"), "login_refused", "SALESFORCE_CLIENT_SECRET"),
    (400, oauth("invalid_client_id", "client identifier invalid"), "login_refused", "SALESFORCE_CLIENT_ID"),
    (400, oauth("unsupported_grant_type", "grant type not supported"), "login_refused", "enable Client Credentials"),
    (400, oauth("inactive_user"), "login_refused", "activate"),
    (400, oauth("inactive_org"), "login_refused", "ask Salesforce"),
    (400, oauth("invalid_app_access"), "login_refused", "permission set"),
    (400, oauth("app_not_found"), "login_refused", "SALESFORCE_DOMAIN"),
    (400, oauth("invalid_grant", "login rate exceeded"), "login_limit", "3,600"),
    (503, oauth("unknown_error", "retry your request"), "crm_unavailable", "try again"),
    (500, oauth("unknown_error"), "crm_unavailable", "try again"),
    (503, '{"message": "down"}', "crm_unavailable", "try again"),
    (503, oauth("SERVER_UNAVAILABLE", "The server is busy"), "crm_unavailable", "try again"),
    (502, oauth("invalid_client", "invalid client credentials"), "crm_unavailable", "try again"),
    (503, '[{"errorCode": "SERVER_UNAVAILABLE", "message": "busy"}]', "crm_unavailable", "(503)"),
    (503, "<html>", "crm_unavailable", "try again"),
    (420, "", "crm_unavailable", "try again"),
    (429, "", "crm_unavailable", "try again"),
    (404, "<html>", "login_refused", "not the domain of an org"),
    (200, "<html>", "crm_answer_unreadable", "proxy"),
    (200, "[]", "crm_answer_unreadable", "proxy"),
    (200, "{}", "crm_answer_unreadable", "proxy"),
    (400, "[1]", "crm_answer_unreadable", "proxy"),
]


@pytest.mark.parametrize(("status", "body", "reason", "named"), CASES)
def test_answer_of_the_token_endpoint(
    connect: Callable[..., Rooms],
    endpoint: Callable[[int, str], str],
    status: int,
    body: str,
    reason: str,
    named: str,
) -> None:
    """Each has its reason, leads to the fix, and nothing was written."""
    error = failure(connect(origin=endpoint(status, body)))

    assert (reason, False) == (error.reason.word, error.outcome_unknown)
    assert named in error.message


def test_fault_of_the_sandbox(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """A token endpoint that is away is no refusal: the next login goes well, without a pause."""
    sandbox.fault("unavailable", next=1, match="POST /services/oauth2/token")
    away = failure(rooms)

    assert ("crm_unavailable", False) == (away.reason.word, away.outcome_unknown)
    assert rooms.crm.create(Record("Case", {"Subject": "Callback"}), "default-1", Deadline(5)).created


def test_jwt(connect: Callable[..., Rooms], sandbox: RunningSandbox) -> None:
    """With the app's key registered a Case is made without any secret; with another key the login is refused."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    (user,) = sandbox.query("SELECT Username FROM User WHERE Name LIKE '%Integration%'")
    rooms = connect(credentials=JwtCredentials("acme.my", "sandbox", user["Username"], private))
    refused = failure(rooms)
    sandbox.org("jwt-key", public_key=public)
    rooms = connect(credentials=JwtCredentials("acme.my", "sandbox", user["Username"], private))
    written = rooms.crm.create(Record("Case", {"Subject": "Callback"}), "default-1", Deadline(5))

    assert "login_refused" == refused.reason.word
    assert written.created
