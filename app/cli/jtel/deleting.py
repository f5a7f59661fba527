"""Before a campaign is deleted: which it is, and whether that is meant."""

from collections.abc import Mapping
from typing import Any

from app.cli.opened import StopError, confirm
from app.cli.tell import tell
from app.domain.harmless import harmless
from app.jtel.client import JtelClient
from app.jtel.records import DiallerCampaign


def confirm_deletion(client: JtelClient, given: Mapping[str, Any], *, yes: bool) -> None:
    """Names the campaign that goes, and asks. Raises `JtelError` if there is none."""
    campaign = _named(client, given["name"]) if "name" in given else client.campaign(given["id"])
    tell(f"This goes, with all its contacts and results: {_shown(campaign)}.", err=True)
    confirm("Delete it? Nobody can bring it back.", yes=yes)


def _named(client: JtelClient, name: str) -> DiallerCampaign:
    found = client.campaigns_named(name)
    # How jtel compares the name is not documented, so only a name that can mean nothing else is safe.
    if len(found) != 1 or found[0].name != name:
        shown = "".join(f"\n  {_shown(campaign)}" for campaign in found)
        raise StopError(
            f"Nothing was deleted: wanted is the whole name of one campaign that no other has in its own; "
            f"{len(found)} campaigns have this in theirs.{shown}\nDelete it by its id: ringback jtel campaigns delete"
        )
    return found[0]


def _shown(campaign: DiallerCampaign) -> str:
    return harmless(f'campaign {campaign.id} "{campaign.name}"')
