"""The headers that clients and proxies send of their own accord, and in which nobody shows a secret."""

import re

_ORDINARY = re.compile(
    r"""age | authorization | baggage | connection | cookie | date | dnt | early-data | expect | forwarded | from | host
    | http2-settings | keep-alive | max-forwards | origin | pragma | priority | purpose | range | referer | request-id
    | save-data | soapaction | te | trailer | transfer-encoding | upgrade | upgrade-insecure-requests | user-agent | via
    | warning | x-scheme
    | (accept | access-control- | b3 | cache- | cdn- | cf- | client-ip | connect- | content- | fly- | if- | postman-
    | proxy-connection | sec- | sentry- | total-route- | trace | true-client- | uber-trace-) .*
    | x-(amz | appengine- | arr- | azure- | b3- | client- | cloud-trace- | cluster- | correlation- | datadog- | envoy-
    | forwarded | http-method | original- | real- | request | trace) .*""",
    re.IGNORECASE | re.VERBOSE,
)


def is_ordinary(name: str) -> bool:
    """Whether a header of this name says nothing of who sends it."""
    return _ORDINARY.fullmatch(name) is not None
