"""Takes out of a sentence what it quotes of a caller. Whoever wrote it did not know that others read it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from app.observability.masking import mask_text

BLANK = "…"
# Of a short value each word may be a name. A long one holds most words of the language, so only phrases tell it.
_SHORT = 80
_PHRASE = 3
_WORD = re.compile(r"\w{2,}")
_PHRASE_WORD = re.compile(r"\w+")
# An address, a number, a reference.
_TOKEN = re.compile(r"\w[\w.+%/@-]*")
_TELLING = re.compile(r"[@\d]")
# They make sentences. With a capital they may be names.
_SMALL = re.compile(
    """an|and|are|as|at|be|but|by|do|for|from|has|if|in|is|it|its|no|not|of|on|or|so|the|to|was|with
    |als|am|auf|aus|bei|bis|da|das|dem|den|der|des|die|ein|er|es|für|hat|ihr|im|ist|mit|nur|ob|sie|um|und|vom|von|vor
    |war|wir|wo|zu|zum|zur""",
    re.VERBOSE,
)
_Span = tuple[int, int]


def without_quotes(sentence: str, values: Iterable[str]) -> str:
    """The sentence without what stands in one of the values, and without telephone numbers."""
    sentence, texts = _composed(sentence), [_composed(value) for value in values]
    short = [text for text in texts if len(text) <= _SHORT]
    long = [text for text in texts if len(text) > _SHORT]
    spans = [
        *_wholes(sentence, texts),
        *_tokens(sentence, texts),
        *_words(sentence, short),
        *_phrases(sentence, long),
    ]
    return mask_text(_blanked(sentence, spans))


def _wholes(sentence: str, texts: list[str]) -> Iterator[_Span]:
    for text in texts:
        if len(text) > 1 and not _SMALL.fullmatch(text):
            pattern = rf"(?<!\w){re.escape(text)}(?!\w)"
            yield from (match.span() for match in re.finditer(pattern, sentence, re.IGNORECASE))


def _tokens(sentence: str, texts: list[str]) -> Iterator[_Span]:
    held = {token.casefold() for text in texts for token, _ in _telling(text)}
    return (span for token, span in _telling(sentence) if token.casefold() in held)


def _telling(text: str) -> Iterator[tuple[str, _Span]]:
    for match in _TOKEN.finditer(text):
        token = re.sub(r"\W+$", "", match[0])
        if len(token) > 1 and _TELLING.search(token):
            yield token, (match.start(), match.start() + len(token))


def _words(sentence: str, texts: list[str]) -> Iterator[_Span]:
    held = {word.casefold() for text in texts for word in _WORD.findall(text)}
    words = (word for word in _WORD.finditer(sentence) if not _SMALL.fullmatch(word[0]))
    return (word.span() for word in words if word[0].casefold() in held)


def _phrases(sentence: str, texts: list[str]) -> Iterator[_Span]:
    held = {phrase for text in texts for phrase, _ in _phrases_of(text)}
    return (span for phrase, span in _phrases_of(sentence) if phrase in held)


def _phrases_of(text: str) -> Iterator[tuple[tuple[str, ...], _Span]]:
    words = list(_PHRASE_WORD.finditer(text))
    for part in zip(*(words[start:] for start in range(_PHRASE)), strict=False):
        yield tuple(word[0].casefold() for word in part), (part[0].start(), part[-1].end())


def _blanked(sentence: str, spans: list[_Span]) -> str:
    parts, end = [], 0
    for begin, until in sorted(spans):
        if begin >= end:
            parts += [sentence[end:begin], BLANK]
        end = max(end, until)
    return "".join([*parts, sentence[end:]])


def _composed(text: str) -> str:
    """On one line, and with one character for each letter, however its accents were written."""
    return unicodedata.normalize("NFC", " ".join(text.split()))
