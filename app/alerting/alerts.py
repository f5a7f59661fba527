"""Looks for what is wrong, and tells it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from app.alerting.channels import AlertError, Channel, Ping
from app.alerting.conditions import DROPPED, FAILED, NO_ENGINE, RECONCILE, SERVED_COMMENTS, WISHES, Watch
from app.alerting.message import Message, begun, over
from app.ledger.database import LedgerError
from app.ledger.duties import Duties
from app.ledger.incidents import Incident, Incidents

log = structlog.get_logger()

LOOK_SECONDS = 30.0
# A process that has not been seen for so many looks has died; an incident, is over.
_LOOKS = 3
# Of an incident that goes on it is told again when more callbacks have failed, or lack more fields, but not more often.
MORE_SECONDS = 3600.0
AGAIN_SECONDS = 30.0
LONGEST_AGAIN = 900.0
# An all-clear that cannot be told for so long is not worth it any more.
OLD_SECONDS = 86_400.0
# What may be over before anybody could act.
GRACE = {"paused": 60.0, NO_ENGINE: 60.0, RECONCILE: 900.0}


@dataclass(frozen=True)
class Alerts:
    """Runs in each process; one of the fleet tells. `where` names this Ringback, `pace` stretches the times."""

    where: str
    holder: str
    watch: Watch
    incidents: Incidents
    duties: Duties
    channels: Sequence[Channel]
    ping: Ping | None
    pace: float = 1.0

    @property
    def interval(self) -> float:
        """Seconds between two looks."""
        return max(1.0, LOOK_SECONDS * self.pace)

    def run(self, stop: threading.Event) -> None:
        """Looks until `stop` is set; whatever happens, the service goes on."""
        while not stop.wait(self.interval):
            try:
                self.look()
            except LedgerError as error:
                log.error("alerts_wait", error=str(error))
            except Exception as error:
                log.error("alerts_stumbled", error=type(error).__name__, exc_info=error)

    def look(self) -> None:
        """One look, and what is to be told after it. Raises `LedgerError`."""
        names = [channel.name for channel in self.channels]
        conditions = list(self.watch.own())
        on_duty = self.duties.take("alerts", self.holder, _LOOKS * self.interval)
        if on_duty:
            conditions += self.watch.common()
        for one in conditions:
            self.incidents.seen(one.key, one.text, one.size, names)
        if on_duty:
            self._tell()
            # Who watches from outside shall hear of an engine that is dead, too.
            if self.ping is not None and all(one.key != NO_ENGINE for one in conditions):
                try:
                    self.ping.send()
                except AlertError as error:
                    log.warning("ping_not_sent", error=str(error))

    def _tell(self) -> None:
        now, incidents = self.incidents.all()
        channels = {channel.name: channel for channel in self.channels}
        # One that does not answer costs a time-out, and many of them would cost the duty.
        silent: set[str] = set()
        for one in incidents:
            channel = channels.get(one.channel)
            is_over = now - one.seen_at > _LOOKS * self.interval
            if is_over and (channel is None or one.told_at is None or now - one.seen_at > OLD_SECONDS):
                self.incidents.end(one)
            elif channel is None or one.try_at > now or one.channel in silent:
                continue
            elif not self._tell_one(one, channel, now, is_over=is_over):
                silent.add(one.channel)

    def _tell_one(self, one: Incident, channel: Channel, now: float, *, is_over: bool) -> bool:
        """Whether the channel knows what there is to know."""
        if is_over:
            return self._send(one, channel, over(self.where, one, now), self.incidents.end)
        return not self._is_news(one, now) or self._send(one, channel, begun(self.where, one), self.incidents.told)

    def _is_news(self, one: Incident, now: float) -> bool:
        if one.told_at is None:
            return now - one.began_at >= GRACE.get(one.key.partition(":")[0], 0.0) * self.pace
        more = one.key in (FAILED, DROPPED, WISHES, SERVED_COMMENTS) and one.size > one.told_size
        return more and now - one.told_at >= MORE_SECONDS * self.pace

    def _send(self, one: Incident, channel: Channel, message: Message, done: Callable[[Incident], None]) -> bool:
        try:
            channel.tell(message)
        # Whatever one channel does, the others are tried.
        except Exception as error:
            said = str(error) if isinstance(error, AlertError) else type(error).__name__
            log.warning("alert_not_sent", channel=channel.name, incident=one.key, error=said)
            self.incidents.failed(one, min(AGAIN_SECONDS * 2**one.tries, LONGEST_AGAIN) * self.pace)
            return False
        log.info("alert_sent", channel=channel.name, incident=one.key)
        done(one)
        return True
