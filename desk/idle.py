"""Social accounts that nobody has posted to for long: an open door that nobody watches. Reading only."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max

from accounts.models import SocialAccount
from posts.models import Delivery
from rules.states import AccountState, DeliveryState


def last_sent(accounts: Iterable[SocialAccount]) -> Mapping[int, datetime]:
    """Social account id → when something last went out there."""
    sent = Delivery.objects.filter(
        state=DeliveryState.ACCEPTED, social_account__in=[row.pk for row in accounts]
    )
    return dict(sent.order_by().values_list("social_account").annotate(Max("accepted_at")))


def is_idle(account: SocialAccount, last: datetime | None, now: datetime) -> bool:
    """In operation, and nothing went out for IDLE_DAYS, nor since it was opened."""
    since = last or account.opened_at
    long_ago = now - timedelta(days=settings.IDLE_DAYS)
    return account.state == AccountState.IN_OPERATION and since is not None and since < long_ago
