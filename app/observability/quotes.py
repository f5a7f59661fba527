"""Takes out of a sentence what it quotes of a caller. Whoever wrote it did not know that others read it."""

import re
import unicodedata
from collections.abc import Iterable

from app.observability.masking import mask_text

_WORD = re.compile(r"\w{2,}")
# Shorter words are names where they begin with a capital; the others make the sentence.
_LONG = 4
BLANK = "…"


def without_quotes(sentence: str, values: Iterable[str]) -> str:
    """The sentence without the words that stand in one of the values, and without telephone numbers."""
    held = {word.casefold() for value in values for word in _WORD.findall(_composed(value))}
    return mask_text(_WORD.sub(lambda word: BLANK if _is_held(word[0], held) else word[0], _composed(sentence)))


def _is_held(word: str, held: set[str]) -> bool:
    return word.casefold() in held and (len(word) >= _LONG or not word[0].islower())


def _composed(text: str) -> str:
    """With one character for each letter, however its accents were written."""
    return unicodedata.normalize("NFC", text)
