FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv --without-pip /venv
COPY requirements.txt .
RUN pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
RUN pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
    && pip --python /venv/bin/python uninstall --yes flit-core

FROM python:3.13-slim
# Nothing that runs here installs anything.
RUN pip uninstall --yes --root-user-action=ignore pip \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin ringback \
    && install --directory --owner ringback --mode 700 /srv/var
WORKDIR /srv
COPY --from=build /venv /venv
COPY config config
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 RINGBACK_LOG_FORMAT=json
USER 10001
EXPOSE 8000
# The root may be read-only, with a tmpfs at /tmp. A ledger in SQLite wants a volume at /srv/var.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('PORT', '8000') + '/health/ready', timeout=4)"]
CMD ["gunicorn", "--config", "config/gunicorn.conf.py"]
