"""Workers of gunicorn in this process, which a test moves on by hand, turn by turn."""

import os
import selectors
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from socket import socket

import pytest
from flask import Flask
from gunicorn.config import Config
from gunicorn.glogging import Logger

from app.metrics import Meter
from app.web.server.worker import Worker


class Service:
    meter = Meter()


@pytest.fixture
def make_worker() -> Iterator[Callable[..., Worker]]:
    with ExitStack() as running:
        yield lambda age, *listeners: running.enter_context(_running(age, listeners))


@pytest.fixture
def worker(make_worker: Callable[..., Worker]) -> Worker:
    return make_worker(1)


@contextmanager
def _running(age: int, listeners: Sequence[socket]) -> Iterator[Worker]:
    cfg = Config()
    cfg.set("threads", 2)
    cfg.set("graceful_timeout", 0)
    worker = Worker(age, os.getppid(), listeners, Flask(__name__), 30, cfg, Logger(cfg))
    worker.tpool, worker.poller = worker.get_thread_pool(), selectors.DefaultSelector()
    worker.method_queue.init()
    worker.wsgi = worker.app
    worker.wsgi.extensions["ringback"] = Service()
    yield worker
    worker._stop()
    worker.poller.close()
    worker.method_queue.close()
    worker.tmp.close()
