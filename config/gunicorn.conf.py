"""gunicorn's settings, for `gunicorn --config config/gunicorn.conf.py`."""

import os

wsgi_app = "app.wsgi:load()"
bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"

# Threads, because a request mostly waits for Salesforce. Loaded once and forked: a wrong setting stops the start.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 64
preload_app = True

# Above the 90 s for which Heroku's router keeps a connection.
keepalive = 95
# Every request that was read is answered: the deadline of an answer is at most 25 s.
graceful_timeout = 28
timeout = 60

# gunicorn answers what is over its limits in HTML, so they are as wide as they go; Ringback has its own.
limit_request_line = 0
limit_request_fields = 1000
limit_request_field_size = 1024 * 1024

# Ringback logs one line for each request itself.
accesslog = None
loglevel = os.environ.get("GUNICORN_LOG_LEVEL", "warning")
control_socket_disable = True
