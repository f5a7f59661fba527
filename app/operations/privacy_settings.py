"""What the environment says of personal data: how long it is kept, and which keys encrypt it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from environs import Env
from marshmallow import ValidationError, validate

from app.operations.purge import Keep

# It may come as a file.
SECRETS = ("RINGBACK_ENCRYPTION_KEY",)
FOREVER = "forever"
_DAYS = re.compile(rf"(\d{{1,6}}(\.\d{{1,9}})?|{FOREVER})\Z")


@dataclass(frozen=True)
class PrivacySettings:
    """Of the keys the first is in force; without any, payloads are stored plain."""

    keep: Keep
    encryption_keys: Sequence[str] = field(repr=False)


def read_privacy_settings(env: Env) -> PrivacySettings:
    """What `env` says; what is wrong is told when `env` is sealed."""
    payload = _days(env, "RINGBACK_KEEP_DAYS", "30")
    failed = _days(env, "RINGBACK_KEEP_FAILED_DAYS", "90")
    skeleton = _days(env, "RINGBACK_KEEP_SKELETON_DAYS", "730")
    keys = env.str("RINGBACK_ENCRYPTION_KEY", "", validate=_check_keys) or ""
    # An entry does not go before its payload.
    return PrivacySettings(Keep(payload, failed, _longest(payload, failed, skeleton)), _split(keys))


def _days(env: Env, name: str, default: str) -> float | None:
    form = validate.Regexp(_DAYS, error=f'wanted is a number of days, or "{FOREVER}"')
    written = str(env.str(name, default, validate=form))
    # What is wrong is told when all has been read.
    return None if written == FOREVER or not _DAYS.match(written) else float(written)


def _longest(*days: float | None) -> float | None:
    known = [one for one in days if one is not None]
    return max(known) if len(known) == len(days) else None


def _split(keys: str) -> list[str]:
    """People part them with commas, blanks or lines."""
    return keys.replace(",", " ").split()


def _check_keys(keys: str) -> None:
    if not keys:
        return
    # Loaded only where it is used.
    from cryptography.fernet import Fernet

    for place, key in enumerate(_split(keys), 1):
        try:
            Fernet(key)
        except ValueError as error:
            make = "openssl rand -base64 32 | tr +/ -_"
            raise ValidationError(f"number {place} of its keys is none. Make one with: {make}") from error
