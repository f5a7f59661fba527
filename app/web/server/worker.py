"""gunicorn's worker with threads, where callbacks hold none, and all else only when the request is whole."""

import errno
import time
import uuid
from collections import deque
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from socket import SHUT_WR
from typing import Any

import structlog
from gunicorn.http import wsgi
from gunicorn.http.errors import ParseException
from gunicorn.workers import base
from gunicorn.workers.gthread import ThreadWorker

from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.metrics import Metric
from app.tasks import Loop
from app.waiting import aside, sleep
from app.web.callbacks import PATH
from app.web.server import balance
from app.web.server.connection import Answer, Connection, has_unread_body
from app.web.server.heartbeat import Heartbeat
from app.web.server.limits import (
    ANSWER_RATE,
    ANSWER_SECONDS,
    HASTY,
    HEAD_BYTES,
    HEAD_SECONDS,
    HEADS_BYTES,
    LEAVE_SECONDS,
    READ_BYTES,
    STOP_LOOK_SECONDS,
    STOP_SECONDS,
)
from app.web.server.unreadable import unreadable

log = structlog.get_logger()


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn gives a thread to each connection from its first byte on, for as long as the sender likes.

    Here the main thread gathers the heads of all connections, and hands out what is left of the answers; who dawdles
    costs a socket and a few bytes. What cannot be read is answered in JSON, since gunicorn would do it in HTML and
    repeat the request there and in its log.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        base.WorkerTmp = Heartbeat  # gunicorn has no setting for it
        super().__init__(*args, **kwargs)
        # gunicorn makes the worker before it forks, so all see the same.
        self.balance = balance.Balance(self.age)
        # Those that are waited for and not served, the one that has waited longest first.
        self._waiting: dict[Connection, None] = {}
        self._held = 0  # bytes of their heads
        # Those that have sent their next request before they had their answer.
        self._hasty: deque[Connection] = deque()
        self._hasty_served = 0
        self._loop = Loop(lambda work: self.tpool.submit(work), lambda: self.method_queue.defer(self._loop.go_on))

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Refuses what this worker does not do."""
        if cfg.is_ssl:
            raise RuntimeError("Ringback speaks no TLS itself: put a proxy that does in front of it")
        super().check_config(cfg, log)

    def init_process(self) -> None:
        """Runs the process."""
        wsgi.Response = Answer  # gunicorn has no setting for it
        super().init_process()

    def run(self) -> None:
        """Serves until the process is to stop, and then whoever is connected already."""
        self.poller.register(self.method_queue.fileno(), EVENT_READ, self.method_queue.run_callbacks)
        self.balance.show(0)
        self.set_accept_enabled(True)
        while self.alive and self.is_parent_alive():
            self._turn()
        self._stop()

    def _turn(self, seconds: float = 1.0) -> None:
        self.notify()
        hasty = min(len(self._hasty), HASTY - self._hasty_served)
        # What comes while others are served is looked at before it counts as late.
        now = time.monotonic()
        self.wait_for_and_dispatch_events(timeout=0.0 if hasty else min(seconds, self._loop.seconds_left()))
        self._loop.go_on()
        for conn in [conn for conn in self._waiting if conn.until <= now]:
            self._give_up(conn, "HeadTooSlow")
        # Some may have made room for others meanwhile.
        for _ in range(min(hasty, len(self._hasty))):
            self._hasty_served += 1
            self._serve(self._hasty.popleft(), hasty=True)

    def _stop(self) -> None:
        # Who has connected is answered. Who comes from now on is refused at once, and can ask another process.
        self.alive = False
        self.balance.leave()
        self.set_accept_enabled(False)
        for listener in self.sockets:
            while self._accept_one(listener):
                pass
            listener.close()
        under_way = self.nr_conns - len(self._waiting)
        if under_way:
            log.warning("finishing_requests", count=under_way, seconds=self.cfg.graceful_timeout)
        end = time.monotonic() + self.cfg.graceful_timeout
        for conn in self._waiting:
            conn.until = min(conn.until, time.monotonic() + self._patience(conn))
        while self.nr_conns > 0 and time.monotonic() < end:
            self._turn(STOP_LOOK_SECONDS)
        for conn in list(self._waiting):
            self._forget(conn)
        for conn in self._hasty:
            self._close(conn)
        # The queue of calls stays open: whoever still wakes a task would write into another file.
        self.tpool.shutdown(wait=False)

    def accept(self, listener: Any) -> None:
        """Takes a new connection. It is left for a moment to a process that serves fewer."""
        if self.balance.another_serves_fewer():
            self.set_accept_enabled(False)
            self._loop.begin(partial(self._accept_later, listener))
        else:
            self._accept_one(listener)

    def _accept_later(self, listener: Any) -> None:
        sleep(balance.WAIT_SECONDS)
        if self.alive:
            self._accept_one(listener)
            self.set_accept_enabled(True)

    def _accept_one(self, listener: Any) -> bool:
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE) and self._waiting:
                self._forget(next(iter(self._waiting)))
                return True
            return False
        self._count(1)
        self._wait(Connection(self.cfg, sock, client, listener.getsockname()))
        if self.nr_conns > self.worker_connections:
            self._make_place()
        return True

    def _count(self, more: int) -> None:
        self.nr_conns += more
        if self.alive:
            self.balance.show(self.nr_conns)

    def _make_place(self) -> None:
        if self._hasty:
            self._close(self._hasty.popleft())
        else:
            self._forget(next(iter(self._waiting)))

    def _wait(self, conn: Connection) -> None:
        """Waits for what comes, without a thread."""
        conn.until = time.monotonic() + self._patience(conn)
        self._waiting[conn] = None
        self._held += len(conn.head)
        self._watch(conn, EVENT_WRITE if conn.sock.kept else EVENT_READ)

    def _watch(self, conn: Connection, events: int) -> None:
        if conn.watched == events:
            return
        (self.poller.modify if conn.watched else self.poller.register)(conn.sock, events, partial(self._ready, conn))
        conn.watched = events

    def _ready(self, conn: Connection, _: Any) -> None:
        if conn not in self._waiting:
            # It sends more before it has its answer; or it made room for one whose event came together with its own.
            self._unwatch(conn)
        elif conn.sock.kept:
            self._hand_out(conn)
        else:
            self._receive(conn)

    def _patience(self, conn: Connection) -> float:
        if conn.sock.kept:
            return ANSWER_SECONDS + len(conn.sock.kept) / ANSWER_RATE
        if conn.leaving:
            return LEAVE_SECONDS
        if conn.head:
            return HEAD_SECONDS
        return float(self.cfg.keepalive) if self.alive else STOP_SECONDS

    def _receive(self, conn: Connection) -> None:
        try:
            data = conn.sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not conn.head and not conn.leaving:
            conn.until = time.monotonic() + HEAD_SECONDS
        self._held += conn.take(data)
        if not data or conn.sends_too_much:
            self._give_up(conn, "HeadIncomplete")
        elif conn.is_whole():
            self._end_wait(conn)
            self._serve(conn)
        elif len(conn.head) > HEAD_BYTES:
            self._give_up(conn, "HeadTooLarge")
        else:
            self._make_room()

    def _make_room(self) -> None:
        if self._held > HEADS_BYTES:
            self._give_up(max(self._waiting, key=lambda conn: len(conn.head)), "HeadTooLarge")

    def _serve(self, conn: Connection, *, hasty: bool = False) -> None:
        conn.hasty = hasty
        conn.hand_over()
        self._loop.begin(partial(self._answer, conn))

    def _answer(self, conn: Connection) -> None:
        conn.stays = bool(self.handle(conn))
        self._hasty_served -= conn.hasty
        self._go_on(conn)

    def _go_on(self, conn: Connection) -> None:
        """Waits until the answer is taken, then for the next request if one may follow."""
        try:
            taken = conn.sock.deliver()
        except OSError:
            self._close(conn)
            return
        if not taken:
            self._wait(conn)
        elif not conn.stays:
            self._hang_up(conn)
        else:
            conn.hand_back()
            if conn.is_whole():
                self._hasty.append(conn)
            else:
                self._wait(conn)

    def _hand_out(self, conn: Connection) -> None:
        """The peer takes more of its answer. The time for all of it goes on."""
        try:
            taken = conn.sock.deliver()
        except OSError:
            self._forget(conn)
            return
        if taken:
            self._end_wait(conn)
            self._go_on(conn)

    def handle_request(self, req: Any, conn: Connection) -> bool:
        """Has the request answered. Its body is waited for when it is asked for.

        A callback waits without a thread. All else may hold one.
        """
        conn.unreader.await_body(invited=req._expected_100_continue)
        req._expected_100_continue = False
        answer = partial(super().handle_request, req, conn)
        if req.method == "POST" and req.path.startswith(PATH):
            return bool(answer())
        # gunicorn may close it in the other thread.
        self._unwatch(conn)
        return bool(aside(answer))

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        return keepalive and not has_unread_body(conn.parser.mesg)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:  # noqa: ARG002
        """Answers what is no valid HTTP as any other request that cannot be understood."""
        if not isinstance(exc, ParseException):
            log.error("internal_error", error=type(exc).__name__, exc_info=exc)
        self._refuse(client, type(exc).__name__)

    def _give_up(self, conn: Connection, error: str) -> None:
        if conn.leaving or not conn.head:
            self._forget(conn)
            return
        self._end_wait(conn)
        # Else it would be refused again when it does not take this.
        conn.drop_head()
        self._refuse(conn.sock, error)
        conn.stays = False
        self._go_on(conn)

    def _refuse(self, sock: Any, error: str) -> None:
        request_id, reason, invalid = uuid.uuid4().hex, Reason.BODY_NOT_UNDERSTOOD.word, Status.INVALID.value
        log.info("request", request_id=request_id, http=500, status=invalid, reason=reason, error=error)
        self.wsgi.extensions["ringback"].meter.count(Metric.CALLBACKS, None, None, invalid, invalid, reason)
        sock.sendall(unreadable(error, request_id))

    def _hang_up(self, conn: Connection) -> None:
        """Says that nothing more comes, and leaves the sender a moment to read what came."""
        conn.leaving = True
        try:
            conn.sock.shutdown(SHUT_WR)
        except OSError:
            self._close(conn)
            return
        self._wait(conn)

    def _forget(self, conn: Connection) -> None:
        self._end_wait(conn)
        self._close(conn)

    def _close(self, conn: Connection) -> None:
        self._count(-1)
        self._unwatch(conn)
        if conn.sock.kept:
            conn.sock.break_off()
        else:
            conn.sock.close()

    def _end_wait(self, conn: Connection) -> None:
        # The poller goes on watching: mostly the sender sends nothing before it has its answer.
        del self._waiting[conn]
        self._held -= len(conn.head)

    def _unwatch(self, conn: Connection) -> None:
        if conn.watched:
            self.poller.unregister(conn.sock)
            conn.watched = 0
