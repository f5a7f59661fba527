"""A user of the console for who tries Ringback out: the same one at each start."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from app.disk import DATA, make_private, make_private_folder
from app.operations.console_settings import SESSION_KEY, USERS, Role, entry_of

NAME = "operator"
PASSWORD_FILE = DATA / "console-password"
KEY_FILE = DATA / "console-session-key"


def console_to_try() -> tuple[Mapping[str, str], str]:
    """The settings that let the user in, and the password."""
    # Loaded only where it is used.
    from werkzeug.security import generate_password_hash

    password, key = _kept(PASSWORD_FILE, 12), _kept(KEY_FILE, 32)
    return {USERS: entry_of(NAME, Role.OPERATOR, generate_password_hash(password)), SESSION_KEY: key}, password


def _kept(file: Path, size: int) -> str:
    """What stands in the file; made up where there is none yet."""
    make_private_folder(file.parent)
    make_private(file)
    if not file.read_text(encoding="utf-8").strip():
        file.write_text(secrets.token_urlsafe(size), encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()
