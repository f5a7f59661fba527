"""The ways in which people write a telephone number: Salesforce compares the text that was typed in."""

import re
from collections.abc import Iterator, Sequence

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

# A query's address must stay below 16 KiB with all fields that are looked in; what people use most comes first.
MOST = 140
# Up to here it is an extension or a service number and tells no caller.
_SHORT = 6

# {p} is +49 or 0049, {c} 49, {t} the 0 that is dialled within the country, {a} the area, {s} the subscriber.
_WHOLE = (
    "{p}{a}{s}",
    "{p} {a} {s}",
    "{p} {a}{s}",
    "{p} ({t}){a} {s}",
    "{p} ({t}) {a} {s}",
    "{p}({t}){a}{s}",
    "{p} ({t}){a}/{s}",
    "{p} ({t}){a}-{s}",
    "{p} {a}/{s}",
    "{p} {a} / {s}",
    "{p} {a}-{s}",
    "{p}-{a}-{s}",
    "{p}/{a}/{s}",
    "{p} ({a}) {s}",
    "{p}({a}){s}",
    "{c}{a}{s}",
    "{c} {a} {s}",
    "{t}{a}{s}",
    "{t}{a} {s}",
    "{t}{a}/{s}",
    "{t}{a} / {s}",
    "{t}{a}/ {s}",
    "{t}{a}-{s}",
    "{t}{a} - {s}",
    "({t}{a}) {s}",
    "({t}{a}){s}",
    "({t}{a})/{s}",
    "({t}){a} {s}",
)
# For a subscriber's number in groups or with an extension only what is usual: all would be too many.
_GROUPED = (
    "{t}{a} {s}",
    "+{c} {a} {s}",
    "+{c} ({t}){a} {s}",
    "{t}{a}/{s}",
    "({t}{a}) {s}",
    "{t}{a} / {s}",
    "00{c} {a} {s}",
    "{t}{a}-{s}",
)
_LONGEST_EXTENSION = 4
_SHORTEST_HEAD = 3


def spellings(number: str) -> list[str]:
    """How `number` (E.164, else as it came) may stand in a telephone field, the likeliest first.

    Empty for what is too short to tell a caller.
    """
    digits = re.sub(r"\D", "", number)
    if len(digits) <= _SHORT:
        return []
    parsed = _parse(number)
    written = _written(parsed) if parsed else [number.strip(), digits]
    return list(dict.fromkeys(written))[:MOST]


def _parse(number: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number.strip(), None)
    except NumberParseException:
        return None


def _written(number: PhoneNumber) -> Iterator[str]:
    formats = (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL)
    usual, international, national = (phonenumbers.format_number(number, one) for one in formats)
    yield from (usual, international, national, usual[1:], f"00{usual[1:]}", f"00{international[1:]}")
    significant = phonenumbers.national_significant_number(number)
    trunk = _trunk(national, significant)
    for area in _areas(number, significant):
        yield from _filled(_WHOLE, number, trunk, area, [significant[len(area) :]])
    for area in _areas(number, significant):
        yield from _filled(_GROUPED, number, trunk, area, _groups(number, significant[len(area) :]))


def _trunk(national: str, significant: str) -> str:
    """What is dialled before the area within the country: 0 in most, nothing in Italy or the USA."""
    return re.sub(r"\D", "", national).removesuffix(significant)


def _areas(number: PhoneNumber, significant: str) -> Sequence[str]:
    area = significant[: phonenumbers.length_of_national_destination_code(number)]
    # The library counts the first digits of newer German mobile numbers as area, people do not: 0151 12345678.
    return (area[:3], area) if number.country_code == 49 and area.startswith("15") else (area,)


def _filled(
    templates: Sequence[str], number: PhoneNumber, trunk: str, area: str, subscribers: Sequence[str]
) -> Iterator[str]:
    code = str(number.country_code)
    for template in templates:
        if ("({t})" in template and not trunk) or ("({a})" in template and not area):
            continue
        for subscriber in subscribers:
            for prefix in (f"+{code}", f"00{code}") if "{p}" in template else ("",):
                text = template.format(p=prefix, c=code, t=trunk, a=area, s=subscriber)
                yield text if area else re.sub(r"[ /-]+([ /-])|\(\)|^[ /-]+", r"\1", text).strip()


def _groups(number: PhoneNumber, subscriber: str) -> list[str]:
    grouped = [_in_threes(subscriber), _in_pairs(subscriber)]
    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE:
        return grouped
    return grouped + [form for cut in range(1, _LONGEST_EXTENSION + 1) for form in _extended(subscriber, cut)]


def _extended(subscriber: str, cut: int) -> Sequence[str]:
    """`90182-21`: the company's number and the extension of so many digits."""
    head, tail = subscriber[:-cut], subscriber[-cut:]
    return (f"{head}-{tail}", f"{head} {tail}", f"{_in_threes(head)}-{tail}") if len(head) >= _SHORTEST_HEAD else ()


def _in_threes(digits: str) -> str:
    """`901 820`, and `555 0101` where one digit would be left over."""
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    return " ".join([*groups[:-2], groups[-2] + groups[-1]] if len(groups) > 1 and len(groups[-1]) == 1 else groups)


def _in_pairs(digits: str) -> str:
    """`90 18 20`, and `555 01 01` where their number is odd."""
    first = 3 if len(digits) % 2 else 2
    return " ".join([digits[:first], *(digits[start : start + 2] for start in range(first, len(digits), 2))])
