FROM python:3.13-slim AS build
WORKDIR /srv
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim
WORKDIR /srv
COPY --from=build /venv /venv
COPY app app
COPY config config
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 RINGBACK_LOG_FORMAT=json
USER nobody
EXPOSE 8000
CMD ["gunicorn", "--config", "config/gunicorn.conf.py", "--worker-tmp-dir", "/dev/shm"]
