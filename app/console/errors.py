"""What goes wrong below /console is told as a page. Nothing of it reaches what jtel asks."""

import structlog
from flask import Blueprint, Response, g, make_response
from werkzeug.exceptions import HTTPException

from app.console.services import Console
from app.ledger.database import LedgerError

log = structlog.get_logger()
_KNOWN = (403, 404, 413, 503)


def register_console_errors(blueprint: Blueprint, console: Console) -> None:
    """Every error of this blueprint's views is a page."""

    @blueprint.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        code = error.code or 500
        return _page(console, code, error.description if code in _KNOWN else None)

    @blueprint.errorhandler(LedgerError)
    def away(error: LedgerError) -> Response:
        log.warning("console_without_ledger", error=str(error))
        return _page(console, 503)

    @blueprint.errorhandler(Exception)
    def bug(error: Exception) -> Response:
        log.error("console_error", error=type(error).__name__, exc_info=error)
        return _page(console, 500)


def _page(console: Console, code: int, why: str | None = None) -> Response:
    page = console.page("console/error.html", code=code, why=why, request_id=g.request_id)
    return make_response(page, code)
