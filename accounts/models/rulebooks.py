"""規程: what the city has decided about its rulebooks, and their official wording. All of it append-only.

The rulebooks that come with the program are data in `rules/rulebooks/`; here is what the city adds and changes,
each from a day on. What is in force on a day is worked out in `accounts.books`.
"""

from django.db import models
from django.db.models import Q

from accounts.models.people import StaffMember


class Adoption(models.Model):
    """From that day on the city stands under the rulebook, or no longer does."""

    rulebook = models.SlugField(max_length=40)
    adopted = models.BooleanField()
    effective_on = models.DateField("始まる日")
    reason = models.TextField("理由")
    recorded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="adoption_says_why")]

    def __str__(self) -> str:
        return f"{self.rulebook} {self.effective_on}"


class DutySwitch(models.Model):
    """From that day on the rulebook owes the duty, or does not. The newest one for a day counts."""

    rulebook = models.SlugField(max_length=40)
    duty = models.CharField(max_length=40)
    on = models.BooleanField()
    effective_on = models.DateField("始まる日")
    reason = models.TextField("理由")
    recorded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "duty switches"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="duty_switch_says_why")]

    def __str__(self) -> str:
        return f"{self.rulebook} {self.duty} {self.effective_on}"


class RulebookVersion(models.Model):
    """A rulebook of the city's own, or a newer version of a known one: the document that `rules.clauses` reads."""

    rulebook = models.SlugField(max_length=40)
    effective_on = models.DateField("施行日")
    document = models.TextField()
    reason = models.TextField("理由")
    recorded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(document=""), name="rulebook_version_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rulebook} {self.effective_on}"


class RegulationText(models.Model):
    """One import of a regulation's plain text. The newest one of a rulebook counts."""

    rulebook = models.SlugField(max_length=40)
    effective_on = models.DateField("施行日")
    source = models.CharField("ファイル", max_length=200)
    sha256 = models.CharField(max_length=64)
    text = models.TextField()
    imported_by = models.CharField(max_length=200)
    imported_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.rulebook} {self.source}"


class Wording(models.Model):
    """正式な文: the words of one place, in the order of the text; `clause_id` where a clause names it."""

    regulation = models.ForeignKey(RegulationText, models.PROTECT, related_name="wordings")
    ordinal = models.PositiveIntegerField()
    place = models.CharField("場所", max_length=80)
    clause_id = models.CharField(max_length=80, blank=True)
    heading = models.CharField("見出し", max_length=120, blank=True)
    words = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["regulation", "ordinal"], name="wording_ordinal_once"),
        ]
        ordering = ["regulation", "ordinal"]

    def __str__(self) -> str:
        return f"{self.place} {self.clause_id}".strip()
