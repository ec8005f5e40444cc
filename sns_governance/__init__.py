"""The wiring of the installation. Importing it names the Celery application, so that tasks find it."""

from sns_governance.celery import app as celery_app

__all__ = ["celery_app"]
