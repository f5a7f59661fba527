"""Each catalogue says all that the code and the templates say, and nothing else."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from app import translation

ROOT = Path(__file__).parents[2]
OTHERS = [language for language in translation.LANGUAGES if language != translation.ENGLISH]
# `{name}` and `{name:%H:%M}` of Python, `%(name)s` of templates.
_PLACE = re.compile(r"\{(\w*)|%\((\w+)\)")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the code and the templates say, found as `make translations` finds it."""
    (options,) = re.findall(r"^EXTRACT := (.+)$", (ROOT / "Makefile").read_text(), re.M)
    found = tmp_path_factory.mktemp("extracted") / "ringback.pot"
    command = ["extract", *options.split(), "--output-file", str(found), "app"]
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", "--quiet", *command], cwd=ROOT, check=True)
    return _read(found)


def _read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened)


def _keys(catalogue: Catalog) -> set[tuple[str, ...]]:
    return {(message.context or "", *_all(message.id)) for message in catalogue if message.id}


def _all(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _places(text: str) -> set[str]:
    return {brace or percent for brace, percent in _PLACE.findall(text)}


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_missing_and_nothing_stale(extracted: Catalog, language: str) -> None:
    """A catalogue has the messages that there are; `make translations` adds and removes them."""
    assert _keys(extracted) == _keys(_read(translation.catalogue_of(language)))


@pytest.mark.parametrize("language", OTHERS)
def test_everything_is_translated(language: str) -> None:
    """No message is without its text, in the plural too, and none is only guessed."""
    messages = [message for message in _read(translation.catalogue_of(language)) if message.id]

    assert len(messages) > 40
    assert [] == [message.id for message in messages if message.fuzzy or not _all(message.string)]
    assert [] == [message.id for message in messages if not all(_all(message.string))]


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_are_the_same(language: str) -> None:
    """A translation fills in what the message fills in."""
    messages = [message for message in _read(translation.catalogue_of(language)) if message.id]

    assert [] == [
        message.id
        for message in messages
        for text in _all(message.string)
        if _places(text) != {place for id_ in _all(message.id) for place in _places(id_)}
    ]


@pytest.mark.parametrize("language", OTHERS)
def test_translations_are_used(language: str) -> None:
    """What is read is what stands in the catalogue."""
    texts = translation.of(language)

    assert [] == [
        message.id
        for message in _read(translation.catalogue_of(language))
        if isinstance(message.id, str) and message.id and texts.gettext(message.id) != message.string
    ]


def test_english_needs_no_babel() -> None:
    """Who writes English only pays for no other language."""
    code = "import sys; from app import translation; translation.of('en'); import app.mapping.config; import app.cli"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print('babel' in sys.modules)"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )

    assert "False" == done.stdout.strip()
