"""Reads a catalogue as translators write it, without a compiled file beside it."""

from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path


def read_catalogue(path: Path) -> GNUTranslations:
    """The translations of a `.po` file."""
    # Who wants English only need not wait for Babel.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return GNUTranslations(compiled)
