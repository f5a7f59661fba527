"""What the tests of this folder share."""

from tests.support.postgres import postgres

__all__ = ["postgres"]
