"""The calls for dialler campaigns. Source: "Dialler REST API - Dialler Campaign Functions" in jtel's wiki."""

from app.jtel.asking import Asking
from app.jtel.records import DiallerCampaign, ResultCode


class CampaignCalls(Asking):
    """Each may raise `JtelError`: 401 for a wrong token, 404 where an id or a name is of nothing, 500."""

    def campaigns(self) -> list[DiallerCampaign]:
        """All dialler campaigns, ordered by Name. `GET /dialler/campaigns`"""
        return self.all("campaigns", DiallerCampaign)

    def campaign(self, id: int) -> DiallerCampaign:  # noqa: A002
        """The campaign with this id. `GET /dialler/campaigns/{DiallerCampaignsID}`"""
        return self.record("campaign", DiallerCampaign, id=id)

    def campaigns_named(self, part: str) -> list[DiallerCampaign]:
        """The campaigns with this text in their name. `GET /dialler/campaigns/campaign`"""
        return self.all("campaigns_named", DiallerCampaign, part=part)

    def result_codes(self, id: int, language_id: int) -> list[ResultCode]:  # noqa: A002
        """The result codes of a campaign in a language: 1 is English, 2 German.

        `GET /dialler/campaigns/campaign/{DiallerCampaignsID}/resultCodes`
        """
        return self.all("result_codes", ResultCode, id=id, language_id=language_id)

    def clone_campaign(self, original: str, copy: str, user_data: str | None = None) -> None:
        """Copies a campaign, by its name and without its contacts. `POST /dialler/campaigns/clone`

        404 if there is no `original`, 409 if there is a `copy`. It is never sent twice.
        """
        self.ask("clone_campaign", original=original, copy=copy, user_data=user_data)

    def delete_campaign(self, id: int) -> None:  # noqa: A002
        """Deletes a campaign with all its data. `DELETE /dialler/campaigns/campaign/{DiallerCampaignsID}`"""
        self.ask("delete_campaign", id=id)

    def delete_campaign_named(self, name: str) -> None:
        """Deletes a campaign with all its data, by its name. `DELETE /dialler/campaigns/campaign`

        How jtel compares the name is not documented: look with `campaigns_named` first.
        """
        self.ask("delete_campaign_named", name=name)
