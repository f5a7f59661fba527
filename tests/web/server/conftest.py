"""A worker of gunicorn in this process, which a test moves on by hand, turn by turn."""

import os
import selectors
from collections.abc import Iterator

import pytest
from flask import Flask
from gunicorn.config import Config
from gunicorn.glogging import Logger

from app.metrics import Meter
from app.web.server.worker import Worker


class Service:
    meter = Meter()


@pytest.fixture
def worker() -> Iterator[Worker]:
    cfg = Config()
    cfg.set("threads", 2)
    cfg.set("graceful_timeout", 0)
    worker = Worker(1, os.getppid(), [], Flask(__name__), 30, cfg, Logger(cfg))
    worker.tpool, worker.poller = worker.get_thread_pool(), selectors.DefaultSelector()
    worker.method_queue.init()
    worker.wsgi = worker.app
    worker.wsgi.extensions["ringback"] = Service()
    yield worker
    worker.alive = False
    worker._stop()
    worker.poller.close()
    worker.method_queue.close()
    worker.tmp.close()
