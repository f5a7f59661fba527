"""The header with which a request shows the secret of its source."""

import base64
from dataclasses import dataclass, field

from app.domain.access import Access, Scheme


@dataclass(frozen=True)
class SecretHeader:
    """A header of HTTP with a secret in it."""

    name: str
    value: str = field(repr=False)

    @property
    def line(self) -> str:
        """As it is sent."""
        return f"{self.name}: {self.value}"


def header_of(access: Access, secret: str) -> SecretHeader:
    """The secret as this source wants it."""
    if access.scheme is Scheme.HEADER:
        return SecretHeader(access.name, secret)
    if access.scheme is Scheme.BASIC:
        shown = base64.b64encode(f"{access.name}:{secret}".encode()).decode()
        return SecretHeader("Authorization", f"Basic {shown}")
    return SecretHeader("Authorization", f"Bearer {secret}")
