"""Countries, time zones and languages as people write them, and as a source wants them."""

import re
from difflib import get_close_matches
from typing import Any
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS, region_code_for_country_code

from app.mapping.codes import Code
from app.mapping.environment import EnvText
from app.mapping.problems import WrongError
from app.translation import LANGUAGES

_REGIONS = {
    **dict.fromkeys(("UK", "EN", "GBR", "UNITED KINGDOM", "GREAT BRITAIN", "ENGLAND", "GROSSBRITANNIEN"), "GB"),
    **dict.fromkeys(("D", "GER", "DEU", "GERMANY", "DEUTSCHLAND"), "DE"),
    **dict.fromkeys(("A", "AUT", "AUSTRIA", "ÖSTERREICH"), "AT"),
    **dict.fromkeys(("CHE", "SUI", "SWITZERLAND", "SCHWEIZ"), "CH"),
    **dict.fromkeys(("F", "FRA", "FRANCE", "FRANKREICH"), "FR"),
    **dict.fromkeys(("I", "ITA", "ITALY", "ITALIEN"), "IT"),
    **dict.fromkeys(("NLD", "NETHERLANDS", "HOLLAND", "NIEDERLANDE"), "NL"),
    **dict.fromkeys(("B", "BEL", "BELGIUM", "BELGIEN"), "BE"),
    **dict.fromkeys(("L", "LUX", "LUXEMBOURG", "LUXEMBURG"), "LU"),
    **dict.fromkeys(("POL", "POLAND", "POLEN"), "PL"),
    **dict.fromkeys(("ESP", "SPAIN", "SPANIEN"), "ES"),
    **dict.fromkeys(("DNK", "DENMARK", "DÄNEMARK"), "DK"),
    **dict.fromkeys(("CZE", "CZECHIA", "CZECH REPUBLIC", "TSCHECHIEN"), "CZ"),
    **dict.fromkeys(("USA", "UNITED STATES", "AMERICA"), "US"),
}
_ZONES = {
    **dict.fromkeys(("germany", "deutschland", "munich", "münchen", "hamburg", "frankfurt", "mez", "mesz"), "Berlin"),
    **dict.fromkeys(("austria", "österreich", "wien"), "Vienna"),
    **dict.fromkeys(("switzerland", "schweiz", "zürich", "bern", "basel"), "Zurich"),
    **dict.fromkeys(("utc+1", "gmt+1", "cet+1", "utc+01:00"), "Berlin"),
}
_LANGUAGES = {
    **dict.fromkeys(("GERMAN", "DEUTSCH", "GER", "DEU", "DE-DE", "DE-AT", "DE-CH"), "de"),
    **dict.fromkeys(("ENGLISH", "ENGLISCH", "ENG", "EN-GB", "EN-US"), "en"),
}


def language_meant(written: str) -> str:
    """The language of two letters; nothing if it is not known."""
    # What a variable of the environment holds is not told.
    if isinstance(written, EnvText):
        return ""
    upper = written.strip().upper().replace("_", "-")
    return upper.lower() if upper.lower() in LANGUAGES else _LANGUAGES.get(upper, "")


def region_meant(written: str) -> str:
    """The country of two letters; nothing if it is not known."""
    # What a variable of the environment holds is not told.
    if isinstance(written, EnvText):
        return ""
    upper = written.strip().upper()
    if upper in SUPPORTED_REGIONS:
        return upper
    called = re.fullmatch(r"(?:\+|00)?([1-9]\d{0,2})", upper, re.ASCII)
    by_code = region_code_for_country_code(int(called[1])) if called else ""
    return _REGIONS.get(upper, by_code if by_code in SUPPORTED_REGIONS else "")


def zone_meant(written: str) -> str:
    """The time zone of the place; nothing if it is not known."""
    if isinstance(written, EnvText):
        return ""
    zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/")))
    by_city = {zone.rpartition("/")[2].lower(): zone for zone in zones}
    city = written.rpartition("/")[2].strip().lower().replace(" ", "_")
    if city in _ZONES:
        return f"Europe/{_ZONES[city]}"
    near = get_close_matches(city, by_city, n=1, cutoff=0.8)
    return by_city[near[0]] if near else ""


def check_region(value: Any) -> None:
    """Raises `WrongError` if it is no country."""
    wanted = "wanted is a country of two capital letters such as DE"
    if not isinstance(value, str):
        raise WrongError(Code.WRONG_TYPE, f"{meant(region_meant(str(value)))}{wanted}")
    if value not in SUPPORTED_REGIONS:
        raise WrongError(Code.UNKNOWN_REGION, f'unknown region "{value}"; {meant(region_meant(value))}{wanted}')


def check_language(value: Any) -> None:
    """Raises `WrongError` if Ringback does not write it."""
    wanted = f"wanted is {' or '.join(LANGUAGES)}"
    if not isinstance(value, str):
        raise WrongError(Code.WRONG_TYPE, wanted)
    if value not in LANGUAGES:
        raise WrongError(Code.UNKNOWN_LANGUAGE, f'unknown language "{value}"; {meant(language_meant(value))}{wanted}')


def meant(known: str) -> str:
    """The proposal, or nothing."""
    return f"did you mean {known}? " if known else ""
