"""The calls for ACD events. Source: "AcdEvents REST API - AcdEvent Functions" in jtel's wiki, and "- Types, Status"."""

from collections.abc import Iterator

from app.jtel.answers import unreadable
from app.jtel.asking import Asking
from app.jtel.calls import CALLS
from app.jtel.new_event import NewEvent
from app.jtel.records import UPDATED, AcdEvent, AcdEventStatus, AcdEventType, CreatedEvent


class EventCalls(Asking):
    """Each may raise `JtelError`: 401 for a wrong token, 500 where jtel fails; and what is said below."""

    def events(self) -> Iterator[AcdEvent]:
        """All events, ordered by dtCreated. `GET /acd/events`

        There is no filter and there are no pages: they come one by one in constant memory, and may break off.
        """
        return self.stream("events", AcdEvent)

    def event(self, id: int) -> AcdEvent:  # noqa: A002
        """The event with this AcdEventsID; 404 if there is none. `GET /acd/events/event/{AcdEventsID}`"""
        return self.record("event", AcdEvent, id=id)

    def create_event(self, event: NewEvent) -> CreatedEvent:
        """Creates the event, or updates the one that the group has already. `POST /acd/events/create`

        What is wrong with it is told before jtel is asked (`jtel_input_invalid`); 400 if jtel wants more. It is never
        sent twice: `JtelError.unknown` says that jtel may have it all the same.
        """
        created = self.record("create_event", AcdEvent, **event.checked())
        if (created.id or 0) < 1:
            raise unreadable(CALLS["create_event"])
        return CreatedEvent(created, created.result == UPDATED)

    def event_types(self) -> list[AcdEventType]:
        """The types of events, such as 3 "AcdEventTypes.Callback". `GET /acd/events/types`"""
        return self.all("event_types", AcdEventType)

    def event_status(self) -> list[AcdEventStatus]:
        """The status that an event may have, such as 99 "AcdEventStatus.Done". `GET /acd/events/status`"""
        return self.all("event_status", AcdEventStatus)
