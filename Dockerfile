# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrate; docker-compose.yml says which command it runs.

FROM python:3.11-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.lock /tmp/requirements.lock
RUN /venv/bin/python -m pip install --require-hashes --no-deps --only-binary :all: -r /tmp/requirements.lock

FROM python:3.11-slim AS program
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/data STATIC_ROOT=/app/static-files SITE_FOLDER=/site PORT=8000
RUN groupadd --gid 10001 sns && useradd --uid 10001 --gid sns --no-create-home --home-dir /nonexistent sns \
 && mkdir -p /app /data /site && chown sns:sns /data /site
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
# Secrets that live as long as this step: the settings are the production ones, and no secret stays in the image.
RUN python -m scripts.make_secrets /tmp/build \
 && SECRET_KEY_FILE=/tmp/build/secret_key CREDENTIAL_KEYS_FILE=/tmp/build/credential_keys VAR_DIR=/tmp/build \
    python manage.py collectstatic --noinput --verbosity 0 \
 && rm -rf /tmp/build
USER sns
VOLUME ["/data", "/site"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "scripts.healthcheck"]
CMD ["python", "-m", "scripts.processes", "web"]
