"""jtel's REST API, each call a method. docs/jtel-api.md has them as a table."""

from app.jtel.campaigns import CampaignCalls
from app.jtel.events import EventCalls
from app.jtel.master_data import MasterDataCalls
from app.jtel.variables import VariableCalls


class JtelClient(EventCalls, MasterDataCalls, VariableCalls, CampaignCalls):
    """Built of a `JtelAccess`. Safe to use from many threads; it has one session, and each call ends in time.

    What only reads is sent again when it breaks; what creates, sets or deletes only if it surely was not sent.
    """
