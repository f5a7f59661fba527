"""Asks the token endpoint for a session, through simple-salesforce."""

import re
import warnings
from typing import Any

from requests import RequestException, Response
from simple_salesforce.exceptions import SalesforceAuthenticationFailed
from simple_salesforce.login import SalesforceLogin

from app.crm.salesforce.credentials import Credentials
from app.crm.salesforce.errors import network_error, unreadable
from app.crm.salesforce.hosts import is_instance
from app.crm.salesforce.http_session import REDIRECTS, SalesforceSession, time_left
from app.crm.salesforce.login_errors import SERVER_ERROR, login_error, wrong_instance
from app.crm.salesforce.retry_after import mark
from app.domain.errors import CrmError
from app.waiting import Deadline

_IN_A_HEADER = r"[!-~]+"


class _Noting:
    """The part of a session that the library's login uses. It keeps the answer, of which the library tells little."""

    def __init__(self, http: SalesforceSession) -> None:
        self._http = http
        self.response: Response | None = None

    @property
    def status(self) -> int:
        return self.response.status_code if self.response is not None else 0

    @property
    def instance(self) -> str:
        """As the answer has it: the library takes `http` and `https` for the same."""
        return str(self.response.json()["instance_url"]) if self.response is not None else ""

    def post(self, *arguments: Any, **named: Any) -> Response:
        self.response = self._http.post(*arguments, **named)
        return self.response


def ask_for_token(credentials: Credentials, http: SalesforceSession, deadline: Deadline) -> tuple[str, str]:
    """An access token and the address of the org that takes it. Raises `CrmError`; nothing was written then."""
    time_left.set(deadline.remaining())
    noting = _Noting(http)
    try:
        token = _ask(credentials, noting)
        if not noting.instance or not isinstance(token, str) or not re.fullmatch(_IN_A_HEADER, token):
            raise unreadable("login", outcome_unknown=False)
        if not is_instance(noting.instance, http.origin):
            raise wrong_instance(noting.instance)
    except CrmError as error:
        mark(error, noting.response)
        raise
    return token, noting.instance


def _ask(credentials: Credentials, http: _Noting) -> Any:
    arguments: dict[str, Any] = dict(credentials.arguments())
    try:
        # The library prints advice as a warning; ours is in the error's message.
        with warnings.catch_warnings(action="ignore"):
            return SalesforceLogin(session=http, **arguments)[0]  # type: ignore[arg-type]
    except SalesforceAuthenticationFailed as error:
        raise login_error(error.code, str(error.auth_message or ""), http.status) from error
    except RequestException as error:
        raise network_error(error, written=False) from error
    # The library trips over answers that are not the documented object.
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        if http.status >= SERVER_ERROR or http.status in REDIRECTS:
            raise login_error(None, "", http.status) from error
        raise unreadable("login", outcome_unknown=False) from error
