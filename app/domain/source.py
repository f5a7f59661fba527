"""A source: one jtel client (tenant)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from app import translation
from app.domain.access import Access
from app.translation import ENGLISH

DEFAULT_SOURCE = "default"
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class ServedCallers:
    """Who rings again and is served: it is noted on the Cases that were asked for `within` this time before the call.

    `field` is the Case's field that is set to the time of the call.
    """

    within: timedelta
    field: str | None = None


@dataclass(frozen=True)
class ReconcileOptions:
    """Which callbacks that never came are taken in from jtel: those of these ACD groups (`groups`, by AcdGroupsID).

    jtel is asked each time that `every` is over. `grace` is the time that it has to send a callback by itself, `cap`
    how many are taken in at a time. Times are in seconds.
    """

    groups: frozenset[int]
    every: float = 300.0
    grace: float = 600.0
    cap: int = 100


@dataclass(frozen=True)
class Source:
    """What has to be known of a jtel client to know it and to read what it sends.

    `zone` is the clock of its times without offset, `region` (ISO 3166, two letters) the country of its numbers
    without country code. `groups` gives, by AcdGroupsID, the documented fields that its release does not send.
    `queue_when_away` says whether a callback waits here while the CRM is away, or is given back with a 500.
    `access` is how its requests show that they are its. Without `served_callers` calls of callers who ring again are
    not noted. `reconcile` is there if jtel is asked for what never came. `language` is that of what is written into its
    Cases.
    """

    name: str
    zone: ZoneInfo
    region: str
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    queue_when_away: bool = True
    access: Access = field(default_factory=Access)
    served_callers: ServedCallers | None = None
    reconcile: ReconcileOptions | None = None
    language: str = ENGLISH

    @cached_property
    def texts(self) -> NullTranslations:
        """What Ringback writes into its Cases, in its language."""
        return translation.of(self.language)


def clock_of(sources: Mapping[str, Source], names: Iterable[str] = ()) -> ZoneInfo:
    """The clock of the first of these sources that there is, else of the first one of all."""
    named = (sources[name] for name in names if name in sources)
    return next((source.zone for source in (*named, *sources.values())), _UTC)


def setting_name(setting: str, source: str) -> str:
    """The name of a setting that each source has of its own."""
    return setting if source == DEFAULT_SOURCE else f"{setting}_{source.upper().replace('-', '_')}"


def secret_name(source: str) -> str:
    """The name of the setting that holds the secret of a source."""
    return setting_name("RINGBACK_SECRET", source)


def flow_secret_name(source: str) -> str:
    """The name of the setting that holds the secret with which a Flow asks for callbacks of a source."""
    return setting_name("RINGBACK_FLOW_SECRET", source)
