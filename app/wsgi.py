"""What gunicorn loads: `app.wsgi:load()`."""

import sys
from typing import TYPE_CHECKING

from app import create_app
from app.domain.errors import ConfigError
from app.ledger.migrate import UnknownRevisionError

if TYPE_CHECKING:
    from flask import Flask


def load() -> "Flask":
    """The web service; a wrong setting or configuration ends the process with its problems, one a line."""
    try:
        return create_app()
    except ConfigError as error:
        problems = error.problems
    except UnknownRevisionError:
        problems = ["DATABASE_URL: the database belongs to a newer Ringback than this one"]
    sys.stderr.write("Ringback cannot start:\n" + "".join(f"  {problem}\n" for problem in problems))
    raise SystemExit(1)
