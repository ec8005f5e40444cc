"""The plain outbox: what any program must write around a call. No rules, no record, no lease, no deadline."""

from django.db import models


class Outgoing(models.Model):
    """A text with its state; the bench makes and drops the table itself."""

    text = models.TextField()
    state = models.CharField(max_length=16, default="waiting")
    remote_id = models.CharField(max_length=300, blank=True)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.state
