"""SNSの手引き: who has read it, each fiscal year. Nothing about what anybody does in private is ever kept."""

from django.db import models

from accounts.models.people import StaffMember


class HandbookReading(models.Model):
    """読んで確かめた: one per person and fiscal year (the calendar year in which it begins). Append-only."""

    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="handbook_readings")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    edition_on = models.DateField("手引きの版")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "fiscal_year", "edition_on"], name="handbook_read_once_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.fiscal_year}年度"
