"""gunicorn's settings, for `gunicorn --config config/gunicorn.conf.py`."""

import logging
import os
import sys

# The log's library loads `rich` where the development tools have brought it: 5 MB, and tracebacks that users never see.
if not {"rich", "structlog"} & sys.modules.keys():
    sys.modules["rich"] = None
    import structlog  # noqa: F401

    del sys.modules["rich"]

wsgi_app = "app.wsgi:load()"
bind = f"0.0.0.0:{os.environ.get('PORT') or 8000}"

# Loaded once and forked: a wrong setting stops the start.
worker_class = "app.web.server.worker.Worker"  # gthread, where callbacks hold no thread, all else only when it is whole
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
# For all but callbacks, and for what these read of the database: while that hangs each holds one for 2 s.
threads = 64
preload_app = True
# Who waits without a request costs a socket; beyond this, the one that has waited longest makes room.
worker_connections = 500

# Above the 90 s for which Heroku's router keeps a connection.
keepalive = 95
# Every request that was read is answered: the deadline of an answer is at most 25 s.
graceful_timeout = 28
timeout = 60

# The worker has limits of its own; docs/security.md names them all. gunicorn's must not be tighter.
limit_request_line = 0
limit_request_fields = 200
limit_request_field_size = 256 * 1024
# A file's bytes would go past them.
sendfile = False

# What proxies tell is believed by RINGBACK_PROXIES only, whatever FORWARDED_ALLOW_IPS says.
forwarded_allow_ips = ""

# gunicorn's lines become Ringback's, without what a request holds; Ringback logs one line for each request itself.
logger_class = "app.web.server.logger.GunicornLogger"
accesslog = None
loglevel = os.environ.get("GUNICORN_LOG_LEVEL", "error")
control_socket_disable = True


def post_worker_init(worker):
    """Each process runs an engine of its own; threads do not survive the fork, so it starts here."""
    worker.wsgi.extensions["ringback"].start()


def child_exit(_server, worker):
    """In the master, however a process has ended: the others need not leave new connections to it."""
    worker.balance.leave()


def worker_exit(_server, worker):
    """Ends the engine with its process."""
    service = getattr(worker, "wsgi", None)
    if service is not None:
        service.extensions["ringback"].stop()
    _leave()


def on_exit(_server):
    """The same of the process that has started the others."""
    _leave()


def _leave():
    """Ends the process at once where all went well: Python would take half a second to take itself apart."""
    reason = sys.exc_info()[1]
    if getattr(reason, "code", 0) or getattr(reason, "exit_status", 0):
        return
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)
