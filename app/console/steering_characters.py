"""Characters that turn round, hide or break off what stands beside them: a page shows what they are."""

import unicodedata

from markupsafe import Markup, escape

from app.domain.harmless import harmless


class _Shown(dict[int, str]):
    """For `str.translate`: how each character is shown, found out once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        # Wide and narrow blanks steer nothing; dates and numbers have them.
        harms = unicodedata.category(character) != "Zs"
        self[code] = shown = harmless(character) if harms else character
        return shown


class _Referred(dict[int, str]):
    """The same for a field whose text comes back: as a reference, which is read as the character itself."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = written = character if _SHOWN[code] == character else f"&#{code};"
        return written


_SHOWN, _REFERRED = _Shown(), _Referred()


def visible(page: str) -> str:
    """The page without a character that steers its text, wherever it comes from."""
    return page.translate(_SHOWN)


def as_written(text: str) -> Markup:
    """The text for a field in which somebody goes on writing: nothing of it becomes another."""
    return Markup(str(escape(text)).translate(_REFERRED))  # noqa: S704 (it is escaped)
