"""What the clock wakes here: telling people what the record has for them, mailing, and the day's digests."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts.actions import notices
from desk.telling import exemptions_of_the_day, tellings
from rules.calendar import JST

# After the working day, when there is still somebody to read it.
DIGEST_HOUR = 17


@shared_task(name="desk.tell")
def tell() -> None:
    """Look through the record since the last time and tell whoever is in charge now."""
    now = timezone.now()
    for found in tellings(notices.since(now)):
        notices.tell(news=found.news, people=found.people, now=now)
    notices.seen(until=now)


@shared_task(name="desk.mail")
def mail() -> None:
    """Send the mails that are due."""
    notices.mail_due(now=timezone.now())


@shared_task(name="desk.digest")
def digest() -> None:
    """Once a day after five: the day's exemptions to the chiefs, and one mail for whoever wants the news together."""
    now = timezone.now().astimezone(JST)
    if now.hour < DIGEST_HOUR or not notices.digest_day(on=now):
        return
    for found in exemptions_of_the_day(now):
        notices.tell(news=found.news, people=found.people, now=now)
    notices.mail_daily(since=now - timedelta(days=1), now=now)
