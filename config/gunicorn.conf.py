"""gunicorn's settings, for `gunicorn --config config/gunicorn.conf.py`."""

import os
import shutil
import tempfile
from pathlib import Path

wsgi_app = "app.wsgi:load()"
bind = f"0.0.0.0:{os.environ.get('PORT') or 8000}"

# Threads, because a request mostly waits for Salesforce. Loaded once and forked: a wrong setting stops the start.
worker_class = "app.web.worker.Worker"  # gthread, with answers in JSON
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 64
preload_app = True

# Above the 90 s for which Heroku's router keeps a connection.
keepalive = 95
# Every request that was read is answered: the deadline of an answer is at most 25 s.
graceful_timeout = 28
timeout = 60

# gunicorn answers what is over its limits in HTML, so they are far out, yet such that a stranger cannot fill the
# memory. Ringback has limits of its own.
limit_request_line = 0
limit_request_fields = 1000
limit_request_field_size = 128 * 1024

# gunicorn's lines become Ringback's, without what a request holds; Ringback logs one line for each request itself.
logger_class = "app.observability.foreign.GunicornLogger"
accesslog = None
loglevel = os.environ.get("GUNICORN_LOG_LEVEL", "error")
control_socket_disable = True

# Here the processes keep what they count, each in files of its own, so that any of them can answer for all. Nothing of
# an earlier start may be in it. This file is read again on a reload, when the folder stays, and by a successor, which
# gets its own.
_ours = f"ringback-metrics-{os.getpid()}-"
if not Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")).name.startswith(_ours):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix=_ours)


def on_exit(_server):
    """What was counted ends with the service, as Prometheus expects it."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


def post_worker_init(worker):
    """Each process runs an engine of its own; threads do not survive the fork, so it starts here."""
    worker.wsgi.extensions["ringback"].start()


def worker_exit(_server, worker):
    """Ends the engine with its process."""
    service = getattr(worker, "wsgi", None)
    if service is not None:
        service.extensions["ringback"].stop()
