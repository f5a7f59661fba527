"""In which language somebody reads the console: what was switched to, else what the browser wants."""

from flask import g, request

from app import translation

# Each by the name that its speakers give it.
NAMES = {"en": "English", "de": "Deutsch"}
LANGUAGES = {code: NAMES.get(code, code) for code in translation.LANGUAGES}
COOKIE = "ringback_language"


def language() -> str:
    """The language of this request."""
    if "language" not in g:
        switched = request.cookies.get(COOKIE, "")
        wanted = request.accept_languages.best_match(LANGUAGES) or translation.ENGLISH
        g.language = switched if switched in LANGUAGES else wanted
    return str(g.language)


def one(message: str) -> str:
    """The message in the language of this request."""
    return translation.of(language()).gettext(message)


def many(single: str, plural: str, number: int) -> str:
    """The message for so many."""
    return translation.of(language()).ngettext(single, plural, number)
