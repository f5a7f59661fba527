"""From bytes to text: UTF-8, also damaged or as Java writes it, else Windows-1252, whatever a header claims."""

import codecs
import re

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# CESU-8: Java's modified UTF-8 writes the two halves of an emoji one by one, and NUL as two bytes.
_HALVES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_NUL = b"\xc0\x80"
# A byte that is no UTF-8 stands for itself as one of these.
_BYTE = "\udc80-\udcff"
_DAMAGE = re.compile(f"[{_BYTE}]+")
# Windows-1252 has letters here that people write; Â and Ã begin what was a letter in UTF-8, â and ð a dash or an emoji.
_LETTER = re.compile("[\udcc0\udcc1\udcc4-\udce1\udce3-\udcef\udcf1-\udcff]")
_ASCII_LETTER = re.compile("[A-Za-z]")
# Characters that are UTF-8 for sure. The others come about in Windows-1252, too: ß, Ü, Ö or É before a quotation mark.
_SURE = re.compile("[\x80-\u017f\u0300-\u057f\u05c0-\u06ff\u0800-\ud7ff\ue000-\U0010ffff]")
# The begin of such a character, where the rest was cut off.
_CUT = re.compile("\udcc3(?![A-Za-z])|\udce2[\udc80\udc82](?![A-Za-z])|\udcf0\udc9f")
# What people write behind a letter in Windows-1252: quotation marks, dashes, dots, bullets and signs, hard spaces.
_PUNCTUATION = frozenset(b"\x93\x94\x84\x82\x91\x92\x85\x96\x97\x95\xab\xbb\x8b\x9b\x80\x99\xa0")
# Single letters that a sender has put between UTF-8. No character that people here write begins with their bytes.
_SINGLE = frozenset("äöüÖÜßàéèç")


def decode_text(raw: bytes) -> str:
    """The text of the bytes; never fails. What is damaged becomes U+FFFD, and all other characters stay right."""
    if raw.startswith(_UTF16):
        return raw.decode("utf-16", errors="replace")
    marked = raw.startswith(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _mend(raw.removeprefix(codecs.BOM_UTF8), marked=marked)


def _mend(raw: bytes, *, marked: bool) -> str:
    text = _HALVES.sub(_whole, raw).replace(_NUL, b"\x00").decode("utf-8", "surrogateescape")
    damage = _DAMAGE.findall(text)
    letters = sum(1 for run in damage if _LETTER.match(run))
    sure = len(_SURE.findall(text)) or (not letters and _CUT.search(text) is not None)
    if marked or not damage or _is_certain(text) or (sure and sure >= letters):
        return _DAMAGE.sub(_replacement, text)
    return raw.decode("windows-1252", errors="replace")


def _whole(halves: re.Match[bytes]) -> bytes:
    return halves[0].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _is_certain(text: str) -> bool:
    """Whether a character of UTF-8 makes no sense as letter and punctuation of Windows-1252."""
    return any(not _PUNCTUATION.issuperset(sure.encode()[1:]) for sure in _SURE.findall(text))


def _replacement(run: re.Match[str]) -> str:
    letters = run[0].encode("utf-8", "surrogateescape").decode("windows-1252", errors="replace")
    if _SINGLE.issuperset(letters):
        return letters
    # Before a letter nothing was cut off.
    within = _LETTER.sub("", run[0]) == "" and letters.isalpha() and _ASCII_LETTER.match(run.string, run.end())
    return letters if within else "\ufffd"
