"""Every metric of Ringback: one table, and docs/metrics.md explains it. The names are a contract: never renamed."""

from enum import Enum

# In seconds: a histogram counts what took at most so long.
BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)


class MetricKind(Enum):
    """How a metric is made."""

    COUNTER = "counter"  # counted where it happens, in each process
    HISTOGRAM = "histogram"  # measured where it happens, in each process; seconds
    LATEST = "latest"  # a gauge: the latest value that any process has set
    ASKED = "asked"  # a gauge that is found out when somebody looks


class Metric(Enum):
    """A metric: its name, kind and meaning, and the names of its labels."""

    CALLBACKS = (
        "ringback_callbacks_total",
        MetricKind.COUNTER,
        "Callbacks answered, repeats too; `state` is where the callback stood then.",
        ("source", "rule", "state", "status", "reason"),
    )
    ANSWER_SECONDS = (
        "ringback_answer_seconds",
        MetricKind.HISTOGRAM,
        "Time from a callback's request to its answer.",
        ("status",),
    )
    WISHES = (
        "ringback_wishes_total",
        MetricKind.COUNTER,
        "Wishes of Salesforce for a callback answered, repeats too.",
        ("source", "status", "reason"),
    )
    LOGINS_FAILED = (
        "ringback_logins_failed_total",
        MetricKind.COUNTER,
        "Requests with no or wrong credentials; `source` is empty where there is no such source.",
        ("source",),
    )
    ATTEMPTS = (
        "ringback_attempts_total",
        MetricKind.COUNTER,
        "Attempts to bring a callback into Salesforce.",
        ("runner", "rule", "outcome", "reason"),
    )
    ATTEMPT_SECONDS = (
        "ringback_attempt_seconds",
        MetricKind.HISTOGRAM,
        "Time of an attempt, from mapping to Salesforce's last answer.",
        ("runner", "outcome"),
    )
    FIELDS_DROPPED = (
        "ringback_fields_dropped_total",
        MetricKind.COUNTER,
        "Fields that Cases were made without, because Salesforce refused them.",
        ("rule", "field", "reason"),
    )
    SERVED_CALLS = (
        "ringback_served_calls_total",
        MetricKind.COUNTER,
        "Calls of served callers that jtel has told of, repeats too.",
        ("source", "status", "reason"),
    )
    SERVED_COMMENTS = (
        "ringback_served_comments_total",
        MetricKind.COUNTER,
        "Attempts to tell a Case that its caller was served.",
        ("runner", "outcome", "reason"),
    )
    RECONCILED = (
        "ringback_reconciled_total",
        MetricKind.COUNTER,
        "Callbacks that never came and were taken in from jtel.",
        ("source", "outcome"),
    )
    RECONCILE_FAILURES = (
        "ringback_reconcile_failures_total",
        MetricKind.COUNTER,
        "Runs of reconcile that jtel's REST API, or a setting for it, has kept from their end.",
        ("source", "reason"),
    )
    RECONCILE_SUCCEEDED = (
        "ringback_reconcile_succeeded_seconds",
        MetricKind.ASKED,
        "When the latest run of reconcile that went well has ended, in seconds since 1970; 0 if none has.",
        ("source",),
    )
    CRM_SECONDS = (
        "ringback_crm_call_seconds",
        MetricKind.HISTOGRAM,
        "Time of a call to Salesforce.",
        ("call", "result"),
    )
    API_USED = (
        "ringback_crm_api_calls_used",
        MetricKind.LATEST,
        "API calls that the whole org has used in the last 24 hours, as Salesforce last said.",
        (),
    )
    API_LIMIT = (
        "ringback_crm_api_calls_limit",
        MetricKind.LATEST,
        "API calls that the org has for 24 hours, as Salesforce last said.",
        (),
    )
    READY = (
        "ringback_ready",
        MetricKind.ASKED,
        "1 while a callback would be taken, as at /health/ready.",
        (),
    )
    BACKLOG = (
        "ringback_backlog",
        MetricKind.ASKED,
        "Callbacks that are not done.",
        ("state",),
    )
    OLDEST_SECONDS = (
        "ringback_backlog_oldest_seconds",
        MetricKind.ASKED,
        "Age of the oldest callback that is not done; 0 where there is none.",
        ("state",),
    )
    PAUSED_SECONDS = (
        "ringback_paused_seconds",
        MetricKind.ASKED,
        "How long delivery has been paused: all of it (scope org) or that of a rule; only there while it is.",
        ("scope", "reason"),
    )
    ENGINE_ALIVE = (
        "ringback_engine_alive",
        MetricKind.ASKED,
        "1 while any engine of the whole fleet was seen within the last minute.",
        (),
    )
    CONFIG_INFO = (
        "ringback_config_info",
        MetricKind.ASKED,
        "1; the label is the hash of the configuration in force in the process that answers.",
        ("hash",),
    )
    CONFIG_REJECTED = (
        "ringback_config_rejected",
        MetricKind.ASKED,
        "1 while a newer configuration file is wrong and the old one goes on.",
        (),
    )
    BUILD_INFO = (
        "ringback_build_info",
        MetricKind.ASKED,
        "1; the label is Ringback's version.",
        ("version",),
    )

    def __init__(self, full_name: str, kind: MetricKind, meaning: str, labels: tuple[str, ...]) -> None:
        self.full_name = full_name
        self.kind = kind
        self.meaning = meaning
        self.labels = labels


# A value of a metric that is found out, and its labels.
Sample = tuple[Metric, tuple[str, ...], float]
