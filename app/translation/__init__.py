"""What Ringback says to people in their own language: what it writes into a Case, and its pages.

The code and its templates are in English, and each English text is the key of its translation. A language is a folder
in `locale` with its catalogue; `make translations` brings all of them up to date with the code.
"""

from gettext import NullTranslations
from pathlib import Path

from app.translation.catalogue import read_catalogue

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "ringback"
ENGLISH = "en"
LANGUAGES = (ENGLISH, *sorted(folder.name for folder in LOCALE.iterdir() if folder.is_dir()))
_loaded: dict[str, NullTranslations] = {ENGLISH: NullTranslations()}


def of(language: str) -> NullTranslations:
    """The texts of one of the `LANGUAGES`, read when it is first asked for; `jinja2.ext.i18n` takes it as it is."""
    if language not in _loaded:
        _loaded[language] = read_catalogue(catalogue_of(language))
    return _loaded[language]


def catalogue_of(language: str) -> Path:
    """The file with the texts of a language."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def gettext_noop(message: str) -> str:
    """The message as it is: says that it is translated where it is used."""
    return message


def in_every_language(message: str) -> list[str]:
    """The message in English and in each language that is in use."""
    return [texts.gettext(message) for texts in list(_loaded.values())]
