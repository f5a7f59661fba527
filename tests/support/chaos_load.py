"""Callbacks all the time: new ones, repeats, changed ones, broken ones, in every form; and what was answered.

Some clients are bad ones: they hang up before the answer, or send their body bit by bit.
"""

import io
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from app.sandbox.jtel.forms import FORMS, encode
from tests.support.patience import PATIENCE
from tests.support.ringback import SECRET

THREADS = 16
# A repeat or a change may name any of the latest events, of which some are under way.
RECENT = 30
KINDS = {"new": 64, "repeat": 18, "change": 7, "collision": 2, "unmappable": 4, "invalid": 5}
FIRST_EVENT = 1_000_000
# Each fifth event is one of the source that wants a 500 when Salesforce is away.
NO_QUEUE, EACH = "no-queue", 5
MANNERS = {"usual": 93, "hangs up": 4, "slow": 3}


@dataclass(frozen=True)
class Callback:
    """What is sent: one version of an event. `mark` is in that version and in no other."""

    event_id: int
    version: int
    kind: str

    @property
    def mark(self) -> str:
        """A word that is found again in Salesforce."""
        return f"callback-{self.event_id}-{self.version}-end"

    @property
    def source(self) -> str:
        """All versions of an event come from one source."""
        return NO_QUEUE if self.event_id % EACH == 0 else "default"

    @property
    def path(self) -> str:
        """Where it is sent."""
        return f"/callbacks/{NO_QUEUE}" if self.source == NO_QUEUE else "/callbacks"

    def fields(self) -> dict[str, Any]:
        """The documented fields, as far as every form has them."""
        collides = self.kind == "collision"
        number = 4930_0000000 + self.event_id % 1000 + (5000 + self.version if collides else 0)
        return {
            "AcdEventsID": self.event_id,
            "ID": self.event_id,
            "CallbackNumber": str(number),
            "Caller": str(number),
            "ServiceNumbersNumber": "4930901820",
            "AcdGroupsID": 99 if self.kind == "unmappable" else 235 + self.event_id % 2,
            "Subject": self.mark,
            "Body": self.mark,
            "dtCallStart": f"2026-03-0{1 + self.version % 9 if collides else 1}T10:00:00",
            "dtCallEnd": "2026-03-20T10:05:00",
        }


@dataclass(frozen=True)
class Request:
    """How a callback is sent. `patience` is in seconds; who hangs up has little."""

    callback: Callback
    form: str
    manner: str
    patience: float


class SlowBody(io.BytesIO):
    """A body that comes in four parts."""

    def read(self, size: int | None = -1) -> bytes:
        time.sleep(0.1)
        return super().read(max(1, len(self.getvalue()) // 4))


@dataclass(frozen=True)
class Answer:
    """`status` is 0 where no answer came."""

    callback: Callback
    status: int
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """`created`, `queued` …"""
        return str(self.body.get("status", "broken"))


class Load:
    """Sends `total` callbacks, about `rate` a second. The seed decides what is sent, not when."""

    def __init__(self, url: str, total: int, rate: float, seed: int) -> None:
        self.url, self.total, self.rate = url, total, rate
        self.answers: list[Answer] = []
        self.manners: Counter[str] = Counter()
        self.surprises: list[str] = []
        self._seed = seed
        self._plan = self._requests()
        self._lock = threading.Lock()
        self._due = 0.0
        self._threads = [threading.Thread(target=self._send_all, name=f"load-{n}") for n in range(THREADS)]

    def start(self) -> None:
        """Begins to send."""
        self._due = time.monotonic()
        for thread in self._threads:
            thread.start()

    def running(self) -> bool:
        """Whether there is more to come."""
        return any(thread.is_alive() for thread in self._threads)

    def join(self) -> None:
        """Returns when everything is sent."""
        for thread in self._threads:
            thread.join()

    def _requests(self) -> Iterator[Request]:
        choose = random.Random(f"manners {self._seed}")
        for callback, form in self._callbacks():
            manner = choose.choices(list(MANNERS), weights=list(MANNERS.values()))[0]
            self.manners[manner] += 1
            yield Request(callback, form, manner, choose.uniform(0.001, 0.06) if manner == "hangs up" else PATIENCE)

    def _callbacks(self) -> Iterator[tuple[Callback, str]]:
        choose = random.Random(self._seed)
        recent: list[Callback] = []
        versions: Counter[int] = Counter()
        event_id = FIRST_EVENT
        for _ in range(self.total):
            kind = choose.choices(list(KINDS), weights=list(KINDS.values()))[0]
            form = choose.choice(sorted(FORMS))
            if kind == "repeat" and recent:
                yield choose.choice(recent), form
                continue
            if kind in ("change", "collision") and recent:
                base = choose.choice(recent)
                if base.kind == "new":
                    versions[base.event_id] += 1
                    changed = Callback(base.event_id, versions[base.event_id], kind)
                    recent.append(changed)
                    yield changed, "v4"
                    continue
            event_id += 1
            made = Callback(event_id, 0, kind if kind in ("unmappable", "invalid") else "new")
            recent = [*recent, made][-RECENT:]
            yield made, form

    def _next(self) -> Request | None:
        with self._lock:
            found = next(self._plan, None)
            # What could not be sent while nobody listened is not made up for in a rush.
            self._due = max(self._due + 1 / self.rate, time.monotonic() - 1 / self.rate)
            pause = self._due - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        return found

    def _send_all(self) -> None:
        while (chosen := self._next()) is not None:
            answer = self._send(chosen)
            with self._lock:
                self.answers.append(answer)

    def _send(self, request: Request) -> Answer:
        callback, sent = request.callback, encode(request.callback.fields(), request.form)
        body, query = sent.body, sent.query
        if callback.kind == "invalid":
            body, query = b'{"AcdEventsID": %d, "Subject": "no number"}' % callback.event_id, ""
        headers = {"Authorization": f"Bearer {SECRET}"}
        if sent.content_type:
            headers["Content-Type"] = sent.content_type
        try:
            answer = self._post(f"{self.url}{callback.path}{query}", body, headers, request)
        except requests.RequestException:
            return Answer(callback, 0)
        try:
            return Answer(callback, answer.status_code, answer.json())
        except ValueError:
            self.surprises.append(f"no JSON: {answer.status_code} {answer.text[:200]!r}")
            return Answer(callback, 0)

    def _post(self, url: str, body: bytes, headers: dict[str, str], request: Request) -> requests.Response:
        """Where nobody listens nothing was sent, so it is sent when somebody does. Raises `RequestException`."""
        end = time.monotonic() + PATIENCE
        while True:
            data = SlowBody(body) if request.manner == "slow" and body else body
            try:
                return requests.post(url, data=data, headers=headers, timeout=(PATIENCE, request.patience))
            except requests.ConnectionError as error:
                if not _nobody_listened(error) or time.monotonic() > end:
                    raise
            time.sleep(0.05)


def by_callback(answers: Iterable[Answer]) -> dict[Callback, list[Answer]]:
    """All answers that a version of an event was given."""
    found: dict[Callback, list[Answer]] = defaultdict(list)
    for answer in answers:
        found[answer.callback].append(answer)
    return found


def _nobody_listened(error: requests.ConnectionError) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)
