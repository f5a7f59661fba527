"""What phone systems write where a caller has no number, or does not show it."""

import re
from difflib import get_close_matches

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from app.domain.hidden_words import BESIDE, KNOWN, OFTEN, fold

_LONGEST = 80  # characters; a longer text says more than that there is none
_SHORTEST = 3  # letters of a word that is written together with another
_WORD = re.compile(r"[^\W\d_]+")
# What a system puts before every number, also where there is none: 0, 00, +49.
_PREFIX = re.compile(r"\A(?:\+\d{1,3}|0\d{0,3})\s*(?=[^\W\d_])")
_ON = re.compile(r"\s*[=:]\s*1\s*\Z")
# Below zero, with up to six digits or the least that a program can count to; more may be a number behind a dash. And
# nought with a power of ten.
_QUANTITY = re.compile(
    r"[\s(]*[-\u2010-\u2015\u2212\ufe63\uff0d]\s*(?:(?:[1-9]\d{0,5}|0(?=[.,]))(?:[.,]\d+)?(?:e[+-]?\d{1,2})?"
    r"|2147483648|9223372036854775808)[\s)]*|0+(?:[.,]0+)?e[+-]?\d{1,3}",
    re.I,
)
# What a template or a spreadsheet leaves where it has no value: ${caller}, %CALLER%, {{caller}}, #REF!
_NO_VALUE = re.compile(
    r"\$\{\s*[a-z_][^{}]*\}|\$\([a-z_][^()]*\)|\$[a-z_][\w.]*\$?|\{{1,2}\s*[a-z_][^{}]*\}{1,2}"
    r"|\[\[\s*[a-z_][^][]*\]\]|%[=\s]*[a-z_][\w.\s]*%|%\([a-z_][^()]*\)s|@[a-z_]\w*@|#[a-z\d_/]+[!?]",
    re.I,
)
_ABROAD = re.compile(r"(?:\++|00)(\d+)")
_BETWEEN = re.compile(r"[\s()\[\]./-]")
_PLACEHOLDER = re.compile(r"(\d)\1{6,}|0{6,}\d")
# Systems count them: anonymous1.
_COUNTED = re.compile(r"\A([^\W\d_]{4,})[\s_-]?\d\Z")
_ALIKE = 0.85  # a letter is missing, too many, or has changed places


def is_hidden(text: str) -> bool:
    """Whether nobody can be called by it: zeros, below zero, a country code alone, no value, or words that say so."""
    if _NO_VALUE.fullmatch(text) or _QUANTITY.fullmatch(text):
        return True
    if _WORD.search(text):
        return len(text) <= _LONGEST and _says_none(_ON.sub("", _PREFIX.sub("", text)))
    return not any(int(digit) for digit in text if digit.isdecimal()) or _is_country_code(text)


def is_placeholder(text: str) -> bool:
    """Whether a number that is not valid can be dialled nowhere: the same digit more than six times, or 000000001."""
    return _PLACEHOLDER.fullmatch(_BETWEEN.sub("", text).removeprefix("+")) is not None


def _is_country_code(text: str) -> bool:
    """A country code, and noughts at most."""
    abroad = _ABROAD.fullmatch(_BETWEEN.sub("", text))
    digits = abroad[1] if abroad else ""
    return any(
        int(digits[:length]) in COUNTRY_CODE_TO_REGION_CODE and not digits[length:].strip("0")
        for length in range(1, min(len(digits), 3) + 1)
    )


def _says_none(text: str) -> bool:
    folded = fold(text).strip()
    counted = _COUNTED.match(folded)
    if counted and _spelt(counted[1]) in OFTEN:
        return True
    if any(int(digit) for digit in text if digit.isdecimal()):
        return False
    words = _WORD.findall(folded)
    if all(len(word) == 1 for word in words):  # n/a, and P or O of older exchanges
        words = ["".join(words)]
    parts = {_spelt(part) for word in words for part in _apart(word)}
    return parts <= KNOWN and not parts <= BESIDE


def _apart(word: str) -> tuple[str, ...]:
    """The two words that `word` is put together of (`privatenumber`), or itself."""
    # A sign of Chinese is a word.
    shortest = 1 if word.lower() == word.upper() else _SHORTEST
    cuts = range(shortest, len(word) - shortest + 1) if word not in KNOWN else ()
    return next(((word[:cut], word[cut:]) for cut in cuts if {word[:cut], word[cut:]} <= KNOWN), (word,))


def _spelt(word: str) -> str:
    """The word, rightly spelt if it is one that is often mistyped; XXX-XXX-XXXX is the X of older exchanges."""
    if set(word) == {"x"}:
        return "x"
    return word if word in KNOWN else next(iter(get_close_matches(word, OFTEN, 1, _ALIKE)), word)
