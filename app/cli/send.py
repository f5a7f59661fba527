"""`ringback send`: posts callbacks to a running Ringback as jtel would."""

import base64
import json
import sys
from pathlib import Path

import click
import requests

from app.cli.run import SECRET_FILE
from app.cli.tell import tell
from app.sandbox.jtel.forms import FORMS, JtelRequest, as_file, encode
from app.sandbox.jtel.sample import sample


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--form", type=click.Choice(sorted(FORMS)), help="Encode the fields as this release of jtel does.")
@click.option("--source", default="default", show_default=True, help="The source, as in the configuration.")
@click.option("--url", help="Ringback's address.  [default: http://127.0.0.1:$PORT, port 8000]")
@click.option("--port", envvar="PORT", default=8000, hidden=True)
@click.option(
    "--secret", envvar="RINGBACK_SECRET", help="The source's secret [RINGBACK_SECRET].  [default: var/secret]"
)
@click.option(
    "--auth", default="bearer", show_default=True, help="How it shows the secret: bearer, basic:USER or header:NAME."
)
def send(
    files: tuple[Path, ...], form: str | None, source: str, url: str | None, port: int, secret: str | None, auth: str
) -> None:
    """Send each FILE as a callback, or a made-up one, and print the answers.

    Without --form a file goes out as it is: .json as JSON, .form as a form, .query as a query. With --form a JSON
    file of jtel's documented fields is encoded anew.
    """
    base = (url or f"http://127.0.0.1:{port}").rstrip("/")
    base = base if "://" in base else f"http://{base}"
    payloads = [(str(path), _payload(path, form)) for path in files] or [("a made-up callback", _new_callback(form))]
    shown = _shown(auth, (secret or "").strip() or _random_secret())
    failed = False
    for name, payload in payloads:
        status, answer = _post(f"{base}/callbacks/{source}", payload, shown)
        tell(f"{name}: {status} {answer}")
        failed = failed or status != 200
    sys.exit(1 if failed else 0)


def _payload(path: Path, form: str | None) -> JtelRequest:
    raw = path.read_bytes()
    if form is None:
        return as_file(raw, path.suffix)
    try:
        fields = json.loads(raw)
    except ValueError as error:
        raise click.ClickException(f"{path} is no JSON, so it cannot be encoded as {form}: {error}") from error
    if not isinstance(fields, dict):
        raise click.ClickException(f"{path} is no JSON object of jtel's fields")
    return encode(fields, form)


def _new_callback(form: str | None) -> JtelRequest:
    return encode(sample(), form or "v4")


def _random_secret() -> str:
    if not SECRET_FILE.exists():
        raise click.ClickException("There is no secret: set RINGBACK_SECRET, or start Ringback here with `make run`.")
    return SECRET_FILE.read_text(encoding="utf-8").strip()


def _shown(auth: str, secrets: str) -> dict[str, str]:
    """The header with the secret; of several, each is valid."""
    scheme, _, name = auth.partition(":")
    secret = secrets.split()[0]
    if scheme == "basic" and name:
        return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}
    if scheme == "header" and name:
        return {name: secret}
    if auth != "bearer":
        raise click.ClickException(f"--auth {auth}: wanted is bearer, basic:USER or header:NAME")
    return {"Authorization": f"Bearer {secret}"}


def _post(url: str, payload: JtelRequest, shown: dict[str, str]) -> tuple[int, str]:
    headers = dict(shown)
    if payload.content_type:
        headers["Content-Type"] = payload.content_type
    try:
        response = requests.post(f"{url}{payload.query}", data=payload.body, headers=headers, timeout=30)
    except requests.ConnectionError as error:
        raise click.ClickException(f"Nothing answers at {url}. Start Ringback with `make run`.") from error
    except requests.RequestException as error:
        raise click.ClickException(f"{url} gave no answer: {type(error).__name__}") from error
    return response.status_code, response.text.strip()
