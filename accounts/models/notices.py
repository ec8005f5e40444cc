"""お知らせ: what somebody in charge is told, in the product and by mail, and how each wants their mail."""

from django.db import models
from django.db.models import Q

from accounts.fields import choices_of
from accounts.models.people import StaffMember
from rules.states import MailChoice

MAIL_CHOICE_JA = {
    MailChoice.AT_ONCE: "そのつど送る",
    MailChoice.DAILY: "1日に1通、まとめて送る",
    MailChoice.NEVER: "送らない（画面のお知らせだけ）",
}


class Notice(models.Model):
    """One thing for one person, once: `key` names the record's entry, or the day's digest, that it tells of.

    `mail_at` is when it is to be mailed; None when it is not, or has been (`mailed_at`).
    """

    to = models.ForeignKey(StaffMember, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    event = models.CharField(max_length=100)
    title = models.CharField("件名", max_length=200)
    words = models.TextField("内容")
    path = models.CharField("画面の場所", max_length=200)
    at = models.DateTimeField()
    due_at = models.DateTimeField("期限", null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_tries = models.PositiveIntegerField(default=0)
    mail_problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["to", "key"], name="told_once"),
            models.CheckConstraint(
                condition=Q(mail_at__isnull=True) | Q(mailed_at__isnull=True), name="mailed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["to", "-at"], name="notice_of_person"),
            models.Index(fields=["mail_at"], condition=Q(mail_at__isnull=False), name="notice_to_mail"),
        ]

    def __str__(self) -> str:
        return self.title


class NoticeChoice(models.Model):
    """How one person wants their mail. Without a row: at once."""

    staff = models.OneToOneField(StaffMember, models.CASCADE, related_name="notice_choice")
    mail = models.CharField(
        "メール", max_length=16, choices=choices_of(MAIL_CHOICE_JA), default=MailChoice.AT_ONCE
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(mail__in=list(MailChoice)), name="mail_choice_known"),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.mail}"


class NoticeSweep(models.Model):
    """Up to which instant the record has been looked through for notices. One row, number 1."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seen_until = models.DateTimeField()
    digest_on = models.DateField("まとめを送った日", null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_notice_sweep")]

    def __str__(self) -> str:
        return str(self.seen_until)
