"""Which addresses are Salesforce's own: nothing is sent to any other, whatever an answer says."""

import re

# Where orgs and log-ins live: Salesforce Help, "My Domain URL Formats" and "Allow the Required Domains". The first
# three stand in `SfdcUrl` of its @salesforce/core as well; `.mil` is the Government Cloud, `.cn` is on Alibaba Cloud.
DOMAINS = ("salesforce.com", "force.com", "cloudforce.com", "salesforce.mil", "sfcrmproducts.cn", "sfcrmapps.cn")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# What one library takes for the host another takes for a password, so the whole address is read strictly.
_OWN = rf"https://(?:{_LABEL}\.)+(?:{'|'.join(map(re.escape, DOMAINS))})(?::443)?"
_OWN_URL = re.compile(rf"{_OWN}(?=[/?#]|\Z)", re.IGNORECASE | re.ASCII)
_OWN_INSTANCE = re.compile(rf"{_OWN}/?", re.IGNORECASE | re.ASCII)
_LOOPBACK = re.compile(r"https?://(?:127\.0\.0\.1|localhost)(?::\d{1,5})?/?", re.ASCII)
_HOST = re.compile(rf"https?://((?:{_LABEL}\.)*{_LABEL})(?:[:/]|\Z)", re.IGNORECASE | re.ASCII)


def is_own(url: str, origin: str | None) -> bool:
    """Whether a call may go to this address. `origin` is that of the sandbox, if there is one."""
    at_sandbox = origin is not None and f"{url}/".startswith(f"{origin}/")
    return at_sandbox or _OWN_URL.match(url) is not None


def is_instance(url: str, origin: str | None) -> bool:
    """Whether this can be an org's `instance_url`. What is sent to a loopback address goes to `origin`."""
    at_sandbox = origin is not None and _LOOPBACK.fullmatch(url) is not None
    return at_sandbox or _OWN_INSTANCE.fullmatch(url) is not None


def host_of(url: str) -> str | None:
    """The host, where it can surely be told; it may be said in a message."""
    host = _HOST.match(url)
    return host[1] if host else None
