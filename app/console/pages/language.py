"""The switch between languages. It lasts in this browser."""

from flask import Blueprint, Response, abort, request

from app.console.access.back import back
from app.console.access.session import PATH, set_cookie
from app.console.language import COOKIE, LANGUAGES

_YEAR = 365 * 24 * 3600


def add_language(blueprint: Blueprint) -> None:
    """`/console/language`."""

    @blueprint.post("/language")
    def switch_language() -> Response:
        language = request.form.get("language", "")
        if language not in LANGUAGES:
            abort(404)
        response = Response(status=303, headers={"Location": back(request.form.get("next"))})
        set_cookie(response, COOKIE, language, PATH, _YEAR)
        return response
