"""Who is called by a SIP or telephone address, or by a number with a label."""

import re

_ADDRESS = re.compile(r"<([^<>]+)>")
_LETTER = re.compile(r"[^\W\d_]")
_SIP = re.compile(r"sips?:", re.I)
_LABEL = re.compile(r"\A(?:(?:sips?|tel|callto|whatsapp):|(?:tel|telefon|phone|fon|mobile?|handy)\b[.:\s]+)\s*", re.I)
# Without a user it is the address of the exchange, which is what many write for a hidden caller.
# What may as well be somebody's name is none: anna.mueller.
_HOST = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\]"
    r"|[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|info|local|lan|internal|invalid)"
    r"|[\w-]+(?:\.[\w-]+)+\.[a-z]{2,3}|[\w-]+(?:\.[\w-]+)*(?=:\d))(?::\d+)?",
    re.I,
)
# RFC 3323: nobody is there, whatever the user is called.
_NOWHERE = re.compile(r"[\w.-]*\.invalid", re.I)
_NUMBER = re.compile(r"\+?\d{7,}")
# They belong to the number: without them it is the exchange's, and so everybody's there.
_EXTENSION = re.compile(r";\s*(?:ext|isub|postd)=", re.I)
# Spreadsheets mark texts so. What cannot be seen is copied along with a number.
_MARKS = " \t\r\n'\"=`"
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Dialled before a number, it hides the caller's own.
_HIDING_CODE = re.compile(r"\A[*#]31[#*]\s*")


def user_part(sent: str) -> str:
    """What is called: of `"Anna" <sip:+4930901820@pbx;user=phone>` only `+4930901820`; empty if it names nobody.

    What stands beside the angle brackets counts where nobody can be called by what is in them.
    """
    inside = [_user(one) for one in _ADDRESS.findall(sent)]
    beside = _user(_ADDRESS.sub("", sent).replace("<>", ""))
    return max([*inside, beside], key=_dialled) if inside else beside


def _dialled(user: str) -> int:
    """How surely it can be dialled."""
    if not any(int(digit) for digit in user if digit.isdecimal()):
        return 0
    return 1 if _LETTER.search(_EXTENSION.split(_LABEL.sub("", user))[0]) else 2


def _user(written: str) -> str:
    text = _UNSEEN.sub("", written).strip(_MARKS)
    if _EXTENSION.search(text):
        return text
    user, at, host = _LABEL.sub("", text).partition("@")
    user = user.partition(";")[0].strip(_MARKS)
    if at and _NOWHERE.match(host) and not _NUMBER.fullmatch(user):
        return ""
    if not at and _SIP.match(text) and _HOST.fullmatch(user):
        return ""
    return _HIDING_CODE.sub("", user)
