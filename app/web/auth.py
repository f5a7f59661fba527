"""Who may send callbacks: a Bearer secret for each source."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.errors import RingbackError
from app.domain.reasons import Reason


class CredentialsError(RingbackError):
    """The request shows no secret, or not the one of its source."""


@dataclass(frozen=True)
class Secrets:
    """The secret of each source."""

    by_source: Mapping[str, bytes]

    def check(self, source: str, authorization: str | None) -> None:
        """Raises `CredentialsError` unless `authorization` is the header `Bearer <secret of source>`."""
        scheme, _, sent = (authorization or "").strip().partition(" ")
        if not sent:
            raise CredentialsError(
                Reason.CREDENTIALS_MISSING,
                "The request has no secret. Add the line HEADER=Authorization: Bearer <secret> to the REST call of the "
                "ACD group.",
            )
        # An unknown source takes as long and says the same as a wrong secret, so that names cannot be tried out.
        known = self.by_source.get(source, b"")
        same = hmac.compare_digest(sent.strip().encode("latin-1", "replace"), known)
        if scheme.lower() != "bearer" or not known or not same:
            raise CredentialsError(
                Reason.CREDENTIALS_WRONG,
                "The secret is not the one of this source, or there is no such source. Compare the URL and the line "
                "HEADER=Authorization: Bearer <secret> of the ACD group with Ringback's configuration.",
            )
