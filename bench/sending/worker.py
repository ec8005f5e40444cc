"""The product's own Celery application with the two baselines beside its tasks: one pool, one set of settings."""

import os
from functools import cache

import django
import httpx

from sns_governance.celery import app

django.setup()

from django.db import transaction  # noqa: E402  # after the settings are read

from bench.sending.outbox import Outgoing  # noqa: E402

STATUSES = "/api/v1/statuses"


@cache
def client() -> httpx.Client:
    """One kept-open client per process."""
    return httpx.Client(base_url=os.environ["BENCH_TARGET"], timeout=30)


def post(text: str, key: str) -> str:
    headers = {"idempotency-key": key, "authorization": "Bearer bench"}
    answer = client().post(STATUSES, json={"status": text}, headers=headers)
    answer.raise_for_status()
    return str(answer.json()["id"])


@app.task(name="bench.bare")
def bare(*, text: str, key: str) -> None:
    """One POST, nothing else."""
    post(text, key)


@app.task(name="bench.outbox")
def outbox(*, pk: int) -> None:
    """State before, POST, state after, each in a transaction."""
    with transaction.atomic():
        row = Outgoing._default_manager.select_for_update().get(pk=pk, state="waiting")
        row.state = "sending"
        row.save(update_fields=["state"])
    remote_id = post(row.text, str(pk))
    with transaction.atomic():
        row = Outgoing._default_manager.select_for_update().get(pk=pk, state="sending")
        row.state, row.remote_id = "sent", remote_id
        row.save(update_fields=["state", "remote_id"])
