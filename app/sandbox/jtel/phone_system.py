"""One running jtel: its store, and its REST calls to Ringback."""

import json
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from app.sandbox.jtel.callback import request_of
from app.sandbox.jtel.events import CALLBACK
from app.sandbox.jtel.forms import JSON, JtelRequest
from app.sandbox.jtel.ringback import CALLBACKS, CONNECTED, WAY_BACK, RingbackAddress, log_line, post
from app.sandbox.jtel.seed import sow
from app.sandbox.jtel.store import Fields, JtelStore, StoredEvent

USUAL_FORM = "v4"
SENDERS = 4
LOST = "lost on purpose: Ringback never hears of it"


class PhoneSystem:
    """The jtel of the sandbox. `ringback` is where its groups' REST calls go."""

    def __init__(self, database: Path, ringback: RingbackAddress) -> None:
        self.store = JtelStore(database)
        self._wired = self.ringback = ringback
        self.form = USUAL_FORM
        """How it sends what was created over its REST API."""
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="jtel-sends")
        self._being_sent: set[Future[None]] = set()
        self._period = 0
        sow(self.store)

    def reset(self) -> None:
        """Everything as in a fresh jtel. What was to be sent is not sent any more."""
        with self.store.lock:
            self._period += 1
            self.ringback, self.form = self._wired, USUAL_FORM
            self.store.clear()
            sow(self.store)

    def calls_back(self, group_id: int) -> bool:
        """Whether the REST call "Create Callback" of this group is set."""
        return bool((self.store.get("GroupSettings", group_id) or {}).get("calls_back"))

    def send(self, event: StoredEvent, form: str) -> None:
        """Send a callback to Ringback, and write down the answer."""
        self._post(CALLBACKS, request_of(self.store, event, form), event.id)

    def lose(self, event: StoredEvent) -> None:
        """Write down that this callback is never sent."""
        self.store.note_sent(event.id, {**log_line(CALLBACKS, LOST), "event_id": event.id, "lost": True})

    def send_later(self, event: StoredEvent) -> None:
        """Send what was created over the REST API if its group calls back. The answer of the create does not wait."""
        if event.fields["AcdEventTypesID"] == CALLBACK and self.calls_back(event.fields["AcdGroupsID"]):
            sending = self._senders.submit(self._send_in, self._period, event, self.form)
            self._being_sent.add(sending)
            sending.add_done_callback(self._being_sent.discard)

    def wait_until_sent(self, seconds: float) -> None:
        """Returns when nothing is being sent, or when the time is over."""
        wait(set(self._being_sent), seconds)

    def tell_connected(self, variables: Fields) -> None:
        """The telephony event CallTransfer.Client.INBOUND.ACD.DIRECT.CONNECTED."""
        self._post(CONNECTED, JtelRequest(json.dumps(variables).encode(), JSON))

    def ask_as_flow(self, wish: Fields) -> None:
        """What a Flow of Salesforce asks of Ringback. It is none of jtel's own, but its answer belongs to the story."""
        self._post(WAY_BACK, JtelRequest(json.dumps(wish).encode(), JSON))

    def _send_in(self, period: int, event: StoredEvent, form: str) -> None:
        if period == self._period:
            self.send(event, form)

    def _post(self, path: str, request: JtelRequest, event_id: int | None = None) -> None:
        period, ringback = self._period, self.ringback
        if ringback.secret_for(path):
            line = post(ringback, path, request)
        else:
            line = log_line(path, "not sent: no secret of Ringback is known")
        with self.store.lock:
            if period == self._period:
                self.store.note_sent(event_id, {**line, "event_id": event_id})
