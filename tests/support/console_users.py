"""The users of the console in tests, and the settings that let them in."""

from werkzeug.security import generate_password_hash

from app.operations.console_settings import Role, entry_of

OPERATOR = ("olga", "the-operators-own-password")
VIEWER = ("viktor", "the-viewers-own-password")
# Fewer rounds than the command takes: tests sign in often.
METHOD = "scrypt:1024:8:1"


def user_entry(name: str, password: str, role: Role) -> str:
    """As it stands in the setting."""
    return entry_of(name, role, generate_password_hash(password, METHOD))


def console_environment() -> dict[str, str]:
    """Switches the console on, for both."""
    users = user_entry(*OPERATOR, Role.OPERATOR), user_entry(*VIEWER, Role.VIEWER)
    return {
        "RINGBACK_CONSOLE_USERS": " ".join(users),
        "RINGBACK_SESSION_KEY": "the-session-key-of-the-tests-which-is-long-enough",
    }
