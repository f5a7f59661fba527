"""What the environment says of the console: who may use it, and what signs their sessions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from environs import Env
from marshmallow import ValidationError

USERS = "RINGBACK_CONSOLE_USERS"
SESSION_KEY = "RINGBACK_SESSION_KEY"
# Each may come as a file.
SECRETS = (USERS, SESSION_KEY)
_NAME = re.compile(r"[\w.@-]{1,40}")
# A shell and Compose take what follows a `$` for a variable, so a `.` may stand for it.
_HASH = re.compile(r"(scrypt:\d{1,7}:\d{1,2}:\d{1,2})[$.]([A-Za-z0-9]+)[$.]([0-9a-f]{128})")
_WANTED = "wanted are entries name:role:hash with blanks between them; make one with: ringback console user NAME"


class Role(Enum):
    """What a user of the console may do. Each may do all that those before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"


@dataclass(frozen=True)
class ConsoleUser:
    """Who may sign in. `password` is its hash."""

    name: str
    role: Role
    password: str = field(repr=False)


@dataclass(frozen=True)
class ConsoleSettings:
    """Without users the console is off."""

    users: Mapping[str, ConsoleUser] = MappingProxyType({})
    session_key: str = field(default="", repr=False)


def read_console_settings(env: Env) -> ConsoleSettings:
    """What `env` says; what is wrong is told when `env` is sealed."""
    written = str(env.str(USERS, "", validate=_check_users))
    # Without a default it has to be there: no session lasts without it.
    key = env.str(SESSION_KEY) if written else env.str(SESSION_KEY, "")
    return ConsoleSettings(_users(written), key or "")


def is_name(name: str) -> bool:
    """Whether a user may be called so."""
    return _NAME.fullmatch(name) is not None


def entry_of(name: str, role: Role, password: str) -> str:
    """What is written into the setting for this user; `password` is the hash."""
    return f"{name}:{role.value}:{password.replace('$', '.')}"


def _users(written: str) -> Mapping[str, ConsoleUser]:
    users = (_user(entry) for entry in written.split())
    return {user.name: user for user in users if user is not None}


def _user(entry: str) -> ConsoleUser | None:
    name, _, rest = entry.partition(":")
    role, _, password = rest.partition(":")
    parts = _HASH.fullmatch(password)
    if not parts or not is_name(name) or role not in {one.value for one in Role}:
        return None
    return ConsoleUser(name, Role(role), "$".join(parts.groups()))


def _check_users(written: str) -> None:
    entries = written.split()
    for place, entry in enumerate(entries, 1):
        if _user(entry) is None:
            raise ValidationError(f"number {place} of its entries is none: {_WANTED}")
    if len(_users(written)) < len(entries):
        raise ValidationError("a name stands twice in it")
