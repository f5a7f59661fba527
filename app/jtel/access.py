"""Where jtel's REST API is, and what opens it."""

from dataclasses import dataclass, field
from urllib.parse import quote

from app.jtel.call import VERSION


@dataclass(frozen=True)
class JtelAccess:
    """`url` is the server's, such as "http://jtel-rest:8080". The token belongs to the jtel client `clients_id`."""

    url: str
    token: str = field(repr=False)
    clients_id: str

    @property
    def base(self) -> str:
        """What all paths stand behind."""
        return f"{self.url.rstrip('/')}/rest/{VERSION}/{quote(self.clients_id, safe='')}"
