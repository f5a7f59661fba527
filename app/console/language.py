"""In which language somebody reads the console: what was switched to, else what the browser wants."""

from flask import g, request

LANGUAGES = {"en": "English", "de": "Deutsch"}
COOKIE = "ringback_language"


def language() -> str:
    """The language of this request."""
    if "language" not in g:
        switched = request.cookies.get(COOKIE, "")
        g.language = switched if switched in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"
    return str(g.language)


def one(message: str) -> str:
    """The message in the language of this request."""
    return message


def many(single: str, plural: str, number: int) -> str:
    """The message for so many."""
    return single if number == 1 else plural
