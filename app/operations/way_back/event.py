"""The event that jtel is to make of a wish."""

import re

from app import translation
from app.domain.callback_wish import SUBJECT
from app.domain.errors import RingbackError
from app.domain.reasons import Reason
from app.jtel.client import JtelClient
from app.jtel.new_event import NewEvent
from app.operations.way_back.asked import AskedCallback

# Of a group; other digits are a name.
_ID = re.compile(r"[1-9]\d{0,9}", re.ASCII)


def event_of(asked: AskedCallback, group_id: int, address: str) -> NewEvent:
    """`address` is the org's: the agent's screen opens the Case there. The user data hold the Case's id."""
    at = asked.appointment
    return NewEvent(
        group_id=group_id,
        sender=asked.number,
        subject=asked.subject or translation.of(asked.language).gettext(SUBJECT),
        body=asked.body,
        crm_url=f"{address}/lightning/r/Case/{asked.case_id}/view",
        user_data=asked.case_id,
        priority=asked.priority,
        appointment_date=at.strftime("%Y-%m-%d") if at else None,
        appointment_time=at.strftime("%H:%M") if at else None,
    )


def group_id_of(client: JtelClient, group: str) -> int:
    """The id of the group with this name, or the id that it is. Raises `RingbackError`.

    jtel finds all groups whose name has this in it: only the one that has exactly this name is meant, or the only one.
    """
    if _ID.fullmatch(group):
        return int(group)
    found = [(one.id, one.name or "") for one in client.groups_named(group) if one.id is not None]
    exact = [one for one, name in found if name == group]
    nearly = [one for one, name in found if name.strip().casefold() == group.casefold()]
    ids = sorted(exact or nearly or [one for one, _ in found])
    if not ids:
        raise RingbackError(
            Reason.GROUP_NOT_FOUND,
            f"jtel has no ACD group with this name (text of {len(group)} characters). The integrator writes its name "
            "or id into the Flow as jtel has it: ringback jtel groups list.",
        )
    if len(ids) > 1:
        raise RingbackError(
            Reason.SEVERAL_GROUPS,
            f"jtel has {len(ids)} ACD groups with this in their name (ids {', '.join(map(str, ids[:10]))}). The "
            "integrator writes the whole name or the id of one into the Flow.",
        )
    return ids[0]
