"""The Celery application of the worker and the clock; what runs and when stands in the settings."""

import os

from celery import Celery
from kombu.transport.sqlalchemy import Transport as EmbeddedTransport

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sns_governance.settings")

# How long a wake-up may lie in the embedded broker. Its transport hands every option on to the database,
# so this one cannot be a setting.
EmbeddedTransport.polling_interval = 0.5

app = Celery("sns_governance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
