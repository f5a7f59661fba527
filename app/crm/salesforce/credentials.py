"""The two ways to log in at Salesforce that last: client credentials, and JWT where a policy forbids shared secrets."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ClientCredentials:
    """An External Client App with the client credentials flow. `domain` is the part before `.salesforce.com`."""

    domain: str
    client_id: str
    client_secret: str

    def arguments(self) -> dict[str, str]:
        """What simple-salesforce's login takes."""
        return {"domain": self.domain, "consumer_key": self.client_id, "consumer_secret": self.client_secret}


@dataclass(frozen=True)
class JwtCredentials:
    """An app with the JWT bearer flow: `private_key` is the PEM text whose certificate the app has."""

    domain: str
    client_id: str
    username: str
    private_key: str

    def arguments(self) -> dict[str, str]:
        """What simple-salesforce's login takes: its `domain` is the audience, its `instance_url` a domain."""
        trial = any(f".{kind}." in f".{self.domain}." for kind in ("sandbox", "scratch"))
        audience = "test" if trial else "login"
        return {
            "domain": audience,
            "instance_url": self.domain,
            "consumer_key": self.client_id,
            "username": self.username,
            "privatekey": self.private_key,
        }


Credentials = ClientCredentials | JwtCredentials
