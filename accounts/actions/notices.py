"""お知らせ: telling somebody once, marking as read, choosing how mail comes, and mailing.

Notices follow the record, so none of this is an act of THE TABLE: it decides nothing and changes nothing that counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import Notice, NoticeChoice, NoticeSweep, StaffMember
from rules.states import MailChoice

MOST_TRIES = 5
RETRY_AFTER = timedelta(minutes=2)
_OVERLAP = timedelta(minutes=15)


@dataclass(frozen=True)
class News:
    """What somebody is told. `key` makes it once for each person; `path` leads to the screen."""

    key: str
    event: str
    title: str
    words: str
    path: str
    at: datetime
    due_at: datetime | None = None


def tell(*, news: News, people: Iterable[StaffMember], now: datetime) -> int:
    """Tell these people, each once. Mail follows at once, with the day's other news, or not, as each has chosen."""
    chosen = dict(NoticeChoice.objects.values_list("staff", "mail"))
    rows = [_notice(news, staff, chosen.get(staff.pk, MailChoice.AT_ONCE), now) for staff in people]
    before = Notice.objects.filter(key=news.key).count()
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return Notice.objects.filter(key=news.key).count() - before


def _notice(news: News, staff: StaffMember, choice: str, now: datetime) -> Notice:
    mails = choice == MailChoice.AT_ONCE and staff.email and settings.MAIL_IS_SET
    return Notice(to=staff, mail_at=now if mails else None, **vars(news))


def read(*, notice: Notice, now: datetime) -> None:
    """Marked once; what was not mailed yet is mailed no more."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=now, mail_at=None)


def read_all(*, staff: StaffMember, now: datetime) -> int:
    """Returns how many there were."""
    return Notice.objects.filter(to=staff, read_at__isnull=True).update(read_at=now, mail_at=None)


def choose(*, staff: StaffMember, mail: MailChoice) -> None:
    NoticeChoice.objects.update_or_create(staff=staff, defaults={"mail": mail})


# --- the sweep


def since(now: datetime) -> datetime:
    """From which instant on to look through the record: transactions do not commit in the order of their time."""
    sweep, _ = NoticeSweep.objects.get_or_create(pk=1, defaults={"seen_until": now})
    return min(sweep.seen_until, now) - _OVERLAP


def seen(*, until: datetime) -> None:
    NoticeSweep.objects.filter(pk=1, seen_until__lt=until).update(seen_until=until)


def digest_day(*, on: datetime) -> bool:
    """Claims the day for its digests; False when somebody has done so before."""
    NoticeSweep.objects.get_or_create(pk=1, defaults={"seen_until": on})
    rows = NoticeSweep.objects.filter(pk=1).exclude(digest_on=on.date())
    return bool(rows.update(digest_on=on.date()))


# --- mail


def mail_due(*, now: datetime, limit: int = 100) -> int:
    """Send what is due, each mail claimed before it is sent; how many went out.

    One that fails is tried again, later each time; after the last try its fault stays on the notice.
    """
    due = Notice.objects.filter(mail_at__lte=now).select_related("to").order_by("mail_at")[:limit]
    return sum(_mail(notice, now) for notice in list(due))


def _mail(notice: Notice, now: datetime) -> bool:
    tries = notice.mail_tries + 1
    again = now + RETRY_AFTER * 2**tries if tries < MOST_TRIES else None
    mine = Notice.objects.filter(pk=notice.pk, mail_at=notice.mail_at, mail_tries=notice.mail_tries)
    if not mine.update(mail_at=again, mail_tries=tries):
        return False  # somebody else has it
    try:
        send([notice], notice.to, subject=notice.title)
    except OSError as error:  # smtplib's errors are OSErrors, too
        Notice.objects.filter(pk=notice.pk).update(mail_problem=str(error)[:300])
        return False
    Notice.objects.filter(pk=notice.pk).update(mail_at=None, mailed_at=now, mail_problem="")
    return True


def mail_daily(*, since: datetime, now: datetime) -> int:
    """One mail for everybody who wants the day's news together and has not read them; how many went out."""
    people = StaffMember.objects.filter(is_active=True, notice_choice__mail=MailChoice.DAILY).exclude(
        email=""
    )
    return sum(_mail_together(staff, since, now) for staff in people.order_by("pk"))


def _mail_together(staff: StaffMember, since: datetime, now: datetime) -> bool:
    rows = Notice.objects.filter(to=staff, at__gte=since, read_at__isnull=True, mailed_at__isnull=True)
    notices = list(rows.order_by("at"))
    if not notices or not settings.MAIL_IS_SET:
        return False
    try:
        send(notices, staff, subject=f"今日のお知らせ（{len(notices)}件）")
    except OSError as error:
        rows.update(mail_problem=str(error)[:300])
        return False
    with transaction.atomic():
        rows.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=now, mail_at=None)
    return True


def send(notices: Sequence[Notice], staff: StaffMember, *, subject: str) -> None:
    """Plain text and HTML. Never a draft's text: a mail leaves the house. Raises OSError when it cannot be sent."""
    context = {
        "notices": notices,
        "staff": staff,
        "url": settings.STAFF_URL.rstrip("/"),
        "city": settings.CITY,
    }
    mail = EmailMultiAlternatives(
        f"［公式SNS運用］{subject}", render_to_string("mail/notices.txt", context), to=[staff.email]
    )
    mail.attach_alternative(render_to_string("mail/notices.html", context), "text/html")
    mail.send()
