"""The client for a source."""

from app.cli.opened import StopError, log_to_stderr, stopping
from app.domain.source import setting_name
from app.jtel.client import JtelClient
from app.jtel.settings import SETTINGS
from app.settings import load_jtel


def client_of(source: str) -> JtelClient:
    """The client of this source's jtel; ends the command if the settings name none."""
    with stopping():
        access = load_jtel([source]).get(source)
    if access is None:
        names = ", ".join(setting_name(setting, source) for setting in SETTINGS)
        raise StopError(f'Nothing is known of the jtel of source "{source}": set {names} (docs/jtel-api.md).')
    log_to_stderr()
    return JtelClient(access)
