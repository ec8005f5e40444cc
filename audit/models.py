"""The record: entries in chains, one chain per stream, and seals over all streams.

Text only and no foreign key: the record must outlive what it tells about. Only `actions.py` writes here; the
triggers of `guards.py` refuse everything that would change what was written.
"""

from django.db import models
from django.db.models import F, Q


class Stream(models.Model):
    """One case file's chain, such as `post:2026-0412`: where it ends, and up to where it is sealed."""

    name = models.CharField(max_length=100)
    last_seq = models.PositiveIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True, default="")
    sealed_seq = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], name="audit_stream_name"),
            models.CheckConstraint(
                condition=Q(sealed_seq__lte=F("last_seq")), name="audit_stream_sealed_up_to_its_end"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(last_seq__gt=F("sealed_seq")), name="audit_stream_to_seal"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One thing that happened. `body` is the text that `hash` is of; the payload lies beside it."""

    stream = models.CharField(max_length=100)
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=100)
    at = models.DateTimeField()
    by = models.TextField()
    body = models.TextField()
    salt = models.CharField(max_length=64)
    payload = models.TextField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="audit_entry_stream_seq")]
        indexes = [models.Index(fields=["at"], name="audit_entry_at")]

    def __str__(self) -> str:
        return f"{self.stream} {self.seq} {self.event}"


class Seal(models.Model):
    """One link of the chain over all streams: `body` names every stream that changed since the seal before."""

    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    body = models.TextField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="audit_seal_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"
