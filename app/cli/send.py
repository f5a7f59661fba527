"""`ringback send`: posts callbacks to a running Ringback as jtel would."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
import requests

from app.cli.call_times import age_of, moved
from app.cli.header import SecretHeader, header_of
from app.cli.sent import SentBefore, sent_before
from app.cli.tell import tell
from app.disk import SECRET_FILE
from app.domain.access import Access, Scheme
from app.domain.errors import ConfigError
from app.domain.source import DEFAULT_SOURCE
from app.mapping.config import load_config
from app.sandbox.jtel.forms import FORMS, JtelRequest, as_file, encode
from app.sandbox.jtel.sample import sample
from app.settings import config_path, read_secrets

_INVENTED = "a made-up callback"


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--again", is_flag=True, help="What was sent last from this folder: the same event, the same content.")
@click.option("--form", type=click.Choice(sorted(FORMS)), help="Encode the fields as this release of jtel does.")
@click.option("--source", help="The source, as in the configuration.  [default: default]")
@click.option("--url", help="Ringback's address.  [default: that of what runs here]")
@click.option("--port", envvar="PORT", default=8000, hidden=True)
@click.option("--secret", help="The source's secret.  [default: that of what runs here, or RINGBACK_SECRET…]")
@click.option("--auth", help="How it shows the secret: bearer, basic:USER or header:NAME.  [default: as the source's]")
@click.option("--keep-times", is_flag=True, help="Leave call times that are long over as they are in the FILE.")
def send(
    files: tuple[Path, ...],
    again: bool,
    form: str | None,
    source: str | None,
    url: str | None,
    port: int,
    secret: str | None,
    auth: str | None,
    keep_times: bool,
) -> None:
    """Send each FILE as a callback, or a made-up one, and print the answers.

    Without --form a file goes out as it is: .json as JSON, .form as a form, .query as a query. With --form a JSON
    file of jtel's documented fields is encoded anew. A call that is over for long ends now, so no Case is late.
    """
    before = sent_before()
    if again:
        files, form, source = _last(before, files, form, source)
    source = source or DEFAULT_SOURCE
    before.source, before.form, before.files = source, form, [str(path) for path in files]
    before.fields = (before.fields if again else sample()) if not files else {}
    payloads = list(_payloads(before, keep_times=keep_times))
    base = (url or f"http://127.0.0.1:{port}").rstrip("/")
    base = base if "://" in base else f"http://{base}"
    shown = header_of(_access(auth, source), (secret or "").strip() or _secret_of(source))
    failed = False
    for name, payload in payloads:
        status, answer = _post(f"{base}/callbacks/{source}", payload, shown)
        tell(f"{name}: {status} {answer}")
        failed = failed or status != 200
    before.keep()
    sys.exit(1 if failed else 0)


def _last(
    before: SentBefore, files: tuple[Path, ...], form: str | None, source: str | None
) -> tuple[tuple[Path, ...], str | None, str]:
    if files:
        raise click.UsageError("--again sends what was sent last: name no FILE beside it.")
    if not before.files and not before.fields:
        raise click.ClickException("Nothing has been sent from this folder yet: ringback send")
    return tuple(map(Path, before.files)), form or before.form, source or before.source


def _payloads(before: SentBefore, *, keep_times: bool) -> Iterator[tuple[str, JtelRequest]]:
    for path in before.files:
        yield path, _payload(Path(path), before, keep_times=keep_times)
    if not before.files:
        yield _INVENTED, encode(before.fields, before.form or "v4")


def _payload(path: Path, before: SentBefore, *, keep_times: bool) -> JtelRequest:
    try:
        # Whatever bytes there are, they are the same afterwards.
        text = path.read_bytes().decode("latin-1")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}") from error
    if not keep_times:
        text = moved(text, before.shift(str(path.resolve()), lambda: age_of(text)))
    raw = text.encode("latin-1")
    if before.form is None:
        return as_file(raw, path.suffix)
    try:
        fields = json.loads(raw)
    except ValueError as error:
        raise click.ClickException(f"{path} is no JSON, so it cannot be encoded as {before.form}: {error}") from error
    if not isinstance(fields, dict):
        raise click.ClickException(f"{path} is no JSON object of jtel's fields")
    return encode(fields, before.form)


def _secret_of(source: str) -> str:
    with suppress(ConfigError):
        if known := read_secrets([source])[source] or read_secrets([DEFAULT_SOURCE])[DEFAULT_SOURCE]:
            # Of several, each is valid.
            return known[0]
    if not SECRET_FILE.exists():
        raise click.ClickException("There is no secret: set RINGBACK_SECRET, or start Ringback here with `make run`.")
    return SECRET_FILE.read_text(encoding="utf-8").strip()


def _access(auth: str | None, source: str) -> Access:
    """How the source wants the secret to be shown."""
    if auth is None:
        with suppress(ConfigError, KeyError):
            return load_config(config_path(), os.environ).sources[source].access
        return Access()
    scheme, _, name = auth.partition(":")
    if scheme in ("basic", "header") and name:
        return Access(Scheme(scheme), name)
    if auth != "bearer":
        raise click.ClickException(f"--auth {auth}: wanted is bearer, basic:USER or header:NAME")
    return Access()


def _post(url: str, payload: JtelRequest, shown: SecretHeader) -> tuple[int, str]:
    headers = {shown.name: shown.value}
    if payload.content_type:
        headers["Content-Type"] = payload.content_type
    try:
        response = requests.post(f"{url}{payload.query}", data=payload.body, headers=headers, timeout=30)
    except requests.ConnectionError as error:
        raise click.ClickException(f"Nothing answers at {url}. Start Ringback with `make run`.") from error
    except requests.RequestException as error:
        raise click.ClickException(f"{url} gave no answer: {type(error).__name__}") from error
    return response.status_code, response.text.strip()
