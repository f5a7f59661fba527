"""The log: one line for each request and each attempt, without personal data and secrets, whoever writes it."""

from app.observability.logs import configure_logging

__all__ = ["configure_logging"]
