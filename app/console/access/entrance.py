"""What stands before the pages: who is not signed in is led to where they can, and what is forged is refused."""

from urllib.parse import urlencode

from flask import Response, g, request
from werkzeug.exceptions import Forbidden

from app.console.access.csrf import is_forged
from app.console.access.roles import may, role_needed
from app.console.access.session import SIGN_IN, Session, SessionCookies
from app.console.access.throttle import Throttle
from app.console.places import PagePlaces
from app.ledger.database import LedgerError
from app.ledger.ended_sessions import EndedSessions
from app.operations.console_settings import ConsoleSettings

_SHOWS = ("GET", "HEAD")
# In bytes: what a form may hold, and what one of who is not signed in.
LONGEST_FORM = 1024 * 1024
LONGEST_SIGN_IN = 16 * 1024
# In seconds: so long somebody waits for a place.
PATIENCE = 2.0


class Entrance:
    """Before the pages: lets in who is signed in and may do this."""

    def __init__(
        self, settings: ConsoleSettings, sessions: SessionCookies, ended: EndedSessions, places: int = 8
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._ended = ended
        self._places = PagePlaces(places, PATIENCE, waiting=6)

    def __call__(self) -> Response | None:
        """Nothing for who may go on; else where to go. Raises `Forbidden`."""
        session = self._sessions.shown()
        if session is None or session.user is None:
            return _to_sign_in()
        # Before the ledger is asked: it may be slow.
        self._places.take()
        if self._is_ended(session):
            return _to_sign_in()
        g.session, g.user = session, self._settings.users[session.user]
        if not may(g.user, role_needed()):
            raise Forbidden("role")
        request.max_content_length = LONGEST_FORM
        if request.method not in _SHOWS and is_forged():
            raise Forbidden("forged")
        return None

    def leave(self, response: Response) -> Response:
        """Notes that somebody is still there."""
        session: Session | None = g.get("session")
        if session and session.user and "ended" not in g and self._sessions.is_to_be_kept_anew(session):
            self._sessions.keep(response, session)
        return response

    def _is_ended(self, session: Session) -> bool:
        try:
            return self._ended.has(session.id)
        except LedgerError:
            # Then the pages have nothing to show but that.
            return False


class Porch:
    """Before the page to sign in: everybody may see it, and posts come from that page only."""

    def __init__(self, sessions: SessionCookies, throttle: Throttle) -> None:
        self._sessions = sessions
        self._throttle = throttle
        # A stranger's form may come slowly: that keeps nobody out who has been here before.
        self._strangers, self._known = PagePlaces(4), PagePlaces(2, PATIENCE, waiting=2)

    def __call__(self) -> Response | None:
        """Lets in all but forged posts. Raises `Forbidden`."""
        session = self._sessions.shown()
        g.session = session or self._sessions.begin()
        g.session_is_new = session is None
        if request.method in _SHOWS:
            return None
        (self._known if self._throttle.is_known() else self._strangers).take()
        request.max_content_length = LONGEST_SIGN_IN
        if is_forged():
            raise Forbidden("forged")
        return None

    def leave(self, response: Response) -> Response:
        """The browser is to show with the form what its token belongs to."""
        if g.get("session_is_new") and "ended" not in g:
            self._sessions.keep(response, g.session)
        return response


def _to_sign_in() -> Response:
    asked = request.full_path.rstrip("?")
    if "HX-Request" in request.headers:
        # A page that refreshes itself goes there as a whole.
        return Response(status=204, headers={"HX-Redirect": SIGN_IN})
    back = f"?{urlencode({'next': asked})}" if request.method in _SHOWS and asked != "/console/" else ""
    return Response(status=303, headers={"Location": SIGN_IN + back})
