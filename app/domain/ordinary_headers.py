"""The headers that clients and proxies send of their own accord, and in which nobody shows a secret.

Each is named whole: what only begins like one, such as X-Client-Secret, may well hold a secret.
"""

import re

# RFC 9110 and its like; what browsers and libraries add.
_CLIENTS = r"""
    a-im | accept (-(charset | datetime | encoding | language))? | age | alt-used | authorization
    | access-control-request-(headers | local-network | method | private-network) | cache-control | connection
    | content-(digest | disposition | encoding | language | length | location | md5 | range | transfer-encoding | type)
    | cookie2? | date | device-memory | digest | dnt | downlink | dpr | early-data | ect | expect | from | host
    | grpc-(accept-encoding | encoding | timeout) | http2-settings
    | if-(match | modified-since | none-match | range | unmodified-since) | keep-alive | last-event-id | max-forwards
    | mime-version | origin | postman-token | pragma | prefer | priority | proxy-connection | purpose | range | referer
    | repr-digest | rtt | save-data
    | sec-ch-(device-memory | dpr | prefers-(color-scheme | reduced-motion | reduced-transparency) | width)
    | sec-ch-ua (-(arch | bitness | form-factors | full-version (-list)? | mobile | model | platform (-version)?
                   | wow64))?
    | sec-ch-viewport-(height | width) | sec-fetch-(dest | mode | site | storage-access | user) | sec-gpc | sec-purpose
    | sec-websocket-(extensions | key | protocol | version) | service-worker | service-worker-navigation-preload
    | soapaction | te | trailer | transfer-encoding | upgrade | upgrade-insecure-requests | user-agent | viewport-width
    | want-(content-digest | digest | repr-digest) | warning | width | x-client-data | x-moz | x-purpose
    | x-http-method (-override)? | x-method-override | x-requested-with | x-wap-profile"""

# What follows a request through many programs.
_TRACES = r"""
    b3 | baggage | correlation-(context | id) | elastic-apm-traceparent | grpc-trace-bin | newrelic
    | ot-tracer-(sampled | spanid | traceid) | request-(context | id) | sentry-trace | trace-id | traceparent
    | tracestate | uber-trace-id | x-b3-(flags | parentspanid | sampled | spanid | traceid) | x-client-trace-id
    | x-cloud-trace-context | x-correlation-id | x-datadog-(origin | parent-id | sampling-priority | tags | trace-id)
    | x-dynatrace | x-instana-[lst] | x-newrelic-(id | synthetics | transaction) | x-ot-span-context | x-request-?id
    | x-trace | x-trace-id | x-transaction-id"""

# What any proxy tells of the client and of the way.
_PROXIES = r"""
    client-ip | forwarded | front-end-https | proxy-client-ip | surrogate-capability | true-client-ip | via
    | wl-proxy-client-ip | x-bluecoat-via | x-cache | x-cache-lookup | x-client-ip | x-cluster-client-ip
    | x-forwarded (-(by | client-cert | email | for | groups | host | method | path | port | prefix
                     | preferred-username | proto | protocol | scheme | server | ssl | tls-client-cert (-info)?
                     | uri | user))?
    | x-https | x-original-(for | forwarded-for | host | method | proto | remote-addr | uri | url) | x-proxyuser-ip
    | x-queue-start | x-real-(ip | port) | x-remote-(addr | ip | port) | x-request-start | x-scheme | x-timer
    | x-url-scheme | x-varnish | z-forwarded-for"""

# What the platforms add, each its own.
_PLATFORMS = r"""
    akamai-origin-hop | x-akamai-(config-log-detail | device-characteristics | edgescape | request-id)
    | amz-sdk-(invocation-id | request) | apigw-requestid | x-amz-(cf-id | content-sha256 | date | target | user-agent)
    | x-amzn-(apigateway-api-id | requestid | tls-cipher-suite | tls-version | trace-id)
    | x-amzn-mtls-clientcert (-(issuer | leaf | serial-number | subject | validity))?
    | cloudfront-forwarded-proto | cloudfront-is-(android | desktop | ios | mobile | smarttv | tablet)-viewer
    | cloudfront-viewer-(address | asn | city | country (-(name | region (-name)?))? | header-(count | order)
                         | http-version | ja[34]-fingerprint | latitude | longitude | metro-code | postal-code
                         | time-zone | tls)
    | cdn-loop | cf-(bot-score | cache-status | connecting-(ip | ipv6 | o2o) | ew-via | ip(city | continent | country
                     | latitude | longitude) | ja3-hash | ja4 | metro-code | postal-code | pseudo-ipv4 | ray
                     | region (-code)? | request-id | timezone | verified-bot | visitor | warp-tag-id | worker)
    | connect-time | total-route-time | x-heroku-(dynos-in-use | queue-depth | queue-wait-time)
    | disguised-host | was-default-hostname | x-appgw-trace-id | x-appservice-proto | x-arr-(log-id | ssl)
    | x-azure-(clientip | fdid | ja4-fingerprint | ref | requestchain | socketip) | x-fd-healthprobe
    | x-ms-(client-request-id | request-id) | x-site-deployment-id | x-waws-unencoded-url
    | do-connecting-ip | incap-client-ip | ngrok-skip-browser-warning | rndr-id | render-proxy-ttl
    | fastly-(client (-ip)? | ff | orig-(accept-encoding | host) | ssl | temp-xff)
    | fly-(client-ip | forwarded-(port | proto | ssl) | prefer-region | region | request-id | trace-id | tracestate)
    | l5d-(client-id | dst-override) | x-kong-request-id | x-railway-(edge | request-id)
    | x-appengine-(city | citylatlong | country | default-version-hostname | https | region | request-log-id
                   | timeout-ms | user-ip) | x-client-geo-location
    | x-envoy-(attempt-count | decorator-operation | downstream-service-(cluster | node) | expected-rq-timeout-ms
               | external-address | force-trace | internal | original-(host | path) | peer-metadata (-id)?
               | upstream-rq-(per-try-)?timeout-ms)
    | x-nf-(client-connection-ip | request-id) | x-sucuri-(clientip | country)
    | x-vercel-(deployment-url | forwarded-for | id | ja4-digest | proxied-for)
    | x-vercel-ip-(as-number | city | continent | country (-region)? | latitude | longitude | postal-code | timezone)"""
_ORDINARY = re.compile("|".join((_CLIENTS, _TRACES, _PROXIES, _PLATFORMS)), re.IGNORECASE | re.VERBOSE)


def is_ordinary(name: str) -> bool:
    """Whether a header of this name says nothing of who sends it."""
    return _ORDINARY.fullmatch(name) is not None
