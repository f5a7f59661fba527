"""The environment, validated. Every name is explained in docs/settings.md; a secret may come as `NAME_FILE`."""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from environs import EnvValidationError, FileAwareEnv
from marshmallow import ValidationError, validate
from sqlalchemy.exc import ArgumentError

from app.alerting.settings import SECRETS as ALERT_SECRETS
from app.alerting.settings import AlertSettings, read_alert_settings
from app.crm.salesforce import setup
from app.crm.salesforce.credentials import ClientCredentials, Credentials, JwtCredentials
from app.domain.errors import ConfigError
from app.domain.source import DEFAULT_SOURCE, Source, flow_secret_name, secret_name, setting_name
from app.jtel.access import JtelAccess
from app.jtel.settings import SETTINGS as JTEL_SETTINGS
from app.jtel.settings import read_jtel_access
from app.ledger.address import read_address
from app.operations.console_settings import SECRETS as CONSOLE_SECRETS
from app.operations.console_settings import SESSION_KEY, ConsoleSettings, read_console_settings
from app.operations.privacy_settings import SECRETS as PRIVACY_SECRETS
from app.operations.privacy_settings import PrivacySettings, read_privacy_settings

_NEEDED = {
    "SALESFORCE_DOMAIN": "the org's My Domain, such as acme.my.salesforce.com",
    "SALESFORCE_CLIENT_ID": "the consumer key of the External Client App",
    "SALESFORCE_CLIENT_SECRET": "the consumer secret of the External Client App, or give SALESFORCE_PRIVATE_KEY",
    "SALESFORCE_USERNAME": "the user that SALESFORCE_PRIVATE_KEY logs in",
}
CREDENTIALS = (*_NEEDED, "SALESFORCE_PRIVATE_KEY")
_NO_KEY = f"{SESSION_KEY} is not set: RINGBACK_CONSOLE_USERS needs it. Make one with: openssl rand -hex 32"
_MY_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.my", re.I)
SANDBOX_PACE = 0.02
OPERATOR_SETTING = "RINGBACK_OPERATOR_SECRET"
# Shorter secrets can be guessed, or are words.
SECRET_LENGTH = 32
_SECRETS = (*ALERT_SECRETS, *PRIVACY_SECRETS, *CONSOLE_SECRETS)
_NOT_EMPTY = validate.Length(min=1)
_PROXIES = validate.Regexp(
    r"[0-9]\Z", error="wanted is how many proxies stand in front (0 to 9), and not their addresses"
)


@dataclass(frozen=True)
class SalesforceSettings:
    """How to reach the org. `origin` leads to a sandbox instead."""

    credentials: Credentials
    api_version: str
    external_id_field: str
    max_calls: int
    origin: str | None = None


@dataclass(frozen=True)
class Settings:
    """All that the environment says, but for the sources' secrets. `deadline` and `give_up_after` are in seconds.

    `check_crm` is whether the org is looked at after the start.

    `pace` stretches all waiting times between attempts; 1 is normal. `throwaway_disk` allows a ledger on one.
    `operator_secrets` show how Ringback is; there may be none. `proxies` is how many stand in front, each of which adds
    an address to `X-Forwarded-For`. At `worker_metrics_port` a worker shows its metrics, if it is given.
    """

    config_file: Path
    deadline: float
    log_format: str
    database_url: str
    throwaway_disk: bool
    engine: str
    check_crm: bool
    give_up_after: float
    pace: float
    operator_secrets: tuple[str, ...]
    proxies: int
    worker_metrics_port: int | None
    salesforce: SalesforceSettings
    alerts: AlertSettings
    privacy: PrivacySettings
    console: ConsoleSettings

    @property
    def org_address(self) -> str:
        """Where people find the org's records."""
        return self.salesforce.origin or f"https://{self.salesforce.credentials.domain}.salesforce.com"

    @property
    def sandbox(self) -> bool:
        """Whether Cases go to the sandbox and not to an org."""
        return self.salesforce.origin is not None


@dataclass(frozen=True)
class LedgerSettings:
    """What has to be known to read the ledger."""

    log_format: str
    database_url: str
    encryption_keys: Sequence[str] = field(repr=False)


def load_ledger_settings() -> LedgerSettings:
    """Those alone, whatever is wrong with others. Raises `ConfigError` as `load_settings`."""
    _check_files(PRIVACY_SECRETS)
    env = _env()
    settings = LedgerSettings(_log_format(env), _database_url(env), read_privacy_settings(env).encryption_keys)
    _seal(env)
    return settings


def load_settings() -> Settings:
    """The settings in the environment. Raises `ConfigError` with a line for each that is missing or wrong."""
    _check_files([*CREDENTIALS, OPERATOR_SETTING, *_SECRETS])
    env = _env()
    origin = _sandbox(env)
    sandbox = origin is not None
    settings = Settings(
        config_file=config_path(),
        deadline=env.float("RINGBACK_DEADLINE", 5.0, validate=validate.Range(0.5, 25)),
        log_format=_log_format(env),
        database_url=_database_url(env),
        throwaway_disk=sandbox or env.bool("RINGBACK_ALLOW_THROWAWAY_DISK", False),
        engine=env.str("RINGBACK_ENGINE", "embedded", validate=validate.OneOf(["embedded", "procrastinate"])),
        check_crm=env.bool("RINGBACK_CHECK_CRM", True),
        give_up_after=env.float("RINGBACK_GIVE_UP_HOURS", 72.0, validate=validate.Range(min=0.01)) * 3600,
        # Who tries the sandbox wants to see what follows, and not to wait minutes for the next probe.
        pace=env.float("RINGBACK_PACE", SANDBOX_PACE if sandbox else 1.0, validate=validate.Range(0.001, 10)),
        operator_secrets=tuple(str(env.str(OPERATOR_SETTING, "")).split()),
        proxies=int(env.str("RINGBACK_PROXIES", "0", validate=_PROXIES) or 0),
        worker_metrics_port=env.int("RINGBACK_WORKER_METRICS_PORT", None, validate=validate.Range(1, 65535)),
        salesforce=SalesforceSettings(
            credentials=ClientCredentials("sandbox.my", "sandbox", "sandbox") if sandbox else _credentials(env),
            api_version=env.str(
                "SALESFORCE_API_VERSION", "66.0", validate=validate.Regexp(r"\d\d\.0\Z", error='wanted is "66.0"')
            ),
            external_id_field=env.str("SALESFORCE_EXTERNAL_ID_FIELD", "jtel_AcdEventsID__c", validate=_NOT_EMPTY),
            max_calls=env.int("SALESFORCE_MAX_CALLS", 40, validate=validate.Range(1, 200)),
            origin=origin,
        ),
        alerts=read_alert_settings(env),
        privacy=read_privacy_settings(env),
        console=read_console_settings(env),
    )
    _seal(env)
    if settings.worker_metrics_port and not settings.operator_secrets:
        raise ConfigError(
            ["RINGBACK_WORKER_METRICS_PORT needs RINGBACK_OPERATOR_SECRET, without which nobody may ask."]
        )
    return settings


def config_path() -> Path:
    """Where the configuration is; needed also when other settings are wrong."""
    return Path(os.environ.get("RINGBACK_CONFIG") or "config/ringback.yaml")


def load_secrets(sources: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The secrets of each source, by its name. Raises `ConfigError` with a line for each that has none."""
    secrets = read_secrets(sources)
    missing = [source for source, known in secrets.items() if not known]
    if missing:
        raise ConfigError(
            [f'{secret_name(name)} is not set: the secret that jtel sends for source "{name}"' for name in missing]
        )
    return secrets


def has_flow_secrets() -> bool:
    """Whether Flows may ask for callbacks of any source."""
    begin = flow_secret_name(DEFAULT_SOURCE)
    return any(name.startswith(begin) and value for name, value in os.environ.items())


def has_flow_secret(source: str) -> bool:
    """Whether Flows may ask for callbacks of this source."""
    name = flow_secret_name(source)
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def read_secrets(sources: Iterable[str], name_of: Callable[[str], str] = secret_name) -> Mapping[str, tuple[str, ...]]:
    """The secrets of each source, where it has any. Raises `ConfigError` when a file cannot be read."""
    names = {source: name_of(source) for source in sources}
    _check_files(names.values())
    env = _env()
    # White space parts them: no secret in a header holds any, and not every place for a variable takes line ends.
    secrets = {source: tuple(str(env.str(name, "")).split()) for source, name in names.items()}
    _seal(env)
    return secrets


def load_jtel(sources: Iterable[str]) -> Mapping[str, JtelAccess]:
    """The REST API of each source's jtel, where the environment names one. The sandbox has one for `default`.

    Raises `ConfigError` with a line for each setting that is missing or wrong.
    """
    names = {source: {setting: setting_name(setting, source) for setting in JTEL_SETTINGS} for source in sources}
    _check_files(name for of_source in names.values() for name in of_source.values())
    env = _env()
    found = {source: read_jtel_access(env, of_source) for source, of_source in names.items()}
    origin = _sandbox(env)
    _seal(env)
    if origin and DEFAULT_SOURCE in found:
        found[DEFAULT_SOURCE] = found[DEFAULT_SOURCE] or JtelAccess(origin, "sandbox", "1")
    return {source: access for source, access in found.items() if access is not None}


def require_jtel(sources: Mapping[str, Source]) -> Mapping[str, JtelAccess]:
    """The REST API of each source that is reconciled. Raises `ConfigError` with a line for each that has none."""
    wanted = [name for name, source in sources.items() if source.reconcile is not None]
    known = load_jtel(wanted)
    missing = [name for name in wanted if name not in known]
    if missing:
        raise ConfigError([_no_jtel(name) for name in missing])
    return known


def _no_jtel(source: str) -> str:
    names = ", ".join(setting_name(setting, source) for setting in JTEL_SETTINGS)
    return f'source "{source}" has `reconcile`, which asks jtel, and none of these settings is there: {names}'


def short(secrets: Iterable[str]) -> str | None:
    """What is to be said of secrets that can be guessed."""
    lengths = [len(secret) for secret in secrets]
    shortest = min(lengths, default=SECRET_LENGTH)
    if shortest >= SECRET_LENGTH:
        return None
    # Who has taken a sentence for a secret would not guess that each word lets in.
    several = f" (blanks make {len(lengths)} secrets of it, and each is valid)" if len(lengths) > 1 else ""
    return f"a secret of {shortest} characters can be guessed{several}; make a longer one with: openssl rand -hex 32"


def _env() -> FileAwareEnv:
    return FileAwareEnv(eager=False, strip_whitespace=True)


def _log_format(env: FileAwareEnv) -> str:
    return str(env.str("RINGBACK_LOG_FORMAT", "auto", validate=validate.OneOf(["auto", "json", "pretty"])))


def _database_url(env: FileAwareEnv) -> str:
    return str(env.str("DATABASE_URL", "sqlite:///var/ringback.db", validate=_check_database))


def _credentials(env: FileAwareEnv) -> Credentials:
    domain = _domain(env.str("SALESFORCE_DOMAIN", validate=[_NOT_EMPTY, _check_domain]) or "")
    client_id = env.str("SALESFORCE_CLIENT_ID", validate=_NOT_EMPTY) or ""
    key = env.str("SALESFORCE_PRIVATE_KEY", "", validate=_check_key)
    if key:
        username = env.str("SALESFORCE_USERNAME", validate=_NOT_EMPTY) or ""
        return JwtCredentials(domain, client_id, username, _pem(key))
    return ClientCredentials(domain, client_id, env.str("SALESFORCE_CLIENT_SECRET", validate=_NOT_EMPTY) or "")


def _sandbox(env: FileAwareEnv) -> str | None:
    """Where the sandbox is, if it stands in the place of Salesforce and of jtel."""
    crm = env.str("RINGBACK_CRM", "salesforce", validate=validate.OneOf(["salesforce", "sandbox"]))
    port = env.int("SANDBOX_PORT", 8001, validate=validate.Range(1, 65535))
    return f"http://127.0.0.1:{port}" if crm == "sandbox" else None


def _check_key(key: str) -> None:
    if not key:
        return
    # Loaded only where it is used, which is seldom.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        usable = isinstance(load_pem_private_key(_pem(key).encode(), password=None), RSAPrivateKey)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        usable = False
    if not usable:
        raise ValidationError("this is no RSA private key in PEM form without a password (-----BEGIN PRIVATE KEY-----)")


def _pem(key: str) -> str:
    # Where a variable cannot hold line ends, people write them as \\n.
    return key.replace("\\n", "\n")


def _check_domain(written: str) -> None:
    if written and not _MY_DOMAIN.fullmatch(_domain(written)):
        raise ValidationError(f"wanted is the org's My Domain ({setup.MY_DOMAIN}), such as acme.my.salesforce.com")


def _check_database(url: str) -> None:
    try:
        known = read_address(url).get_backend_name() in ("sqlite", "postgresql")
    except (ArgumentError, ValueError):
        known = False
    if not known:
        raise ValidationError("wanted is postgres://user:password@host/name or sqlite:///path/to/file.db")


def _check_files(names: Iterable[str]) -> None:
    """A file that is named has to be there. Raises `ConfigError`."""
    named = {f"{name}_FILE": os.environ.get(f"{name}_FILE") for name in names}
    unreadable = [(name, path) for name, path in named.items() if path and not os.access(path, os.R_OK)]
    if unreadable:
        raise ConfigError([f"{name}: the file {path} is not there or cannot be read" for name, path in unreadable])


def _domain(written: str) -> str:
    host = written.strip().removeprefix("https://").removeprefix("http://").partition("/")[0]
    return host.removesuffix(".salesforce.com")


def _seal(env: FileAwareEnv) -> None:
    try:
        env.seal()
    except EnvValidationError as error:
        messages = dict(error.error_messages)  # type: ignore[arg-type]
        raise ConfigError([_sentence(name, texts) for name, texts in messages.items()]) from error


def _sentence(name: str, texts: Iterable[str]) -> str:
    if name in _NEEDED and not os.environ.get(name):
        return f"{name} is not set: {_NEEDED[name]}. To try Ringback without an org, set RINGBACK_CRM=sandbox."
    if name == SESSION_KEY and not os.environ.get(name):
        return _NO_KEY
    return f"{name}: {' '.join(texts)}"
