"""接続の確認: asking each network who we are, without posting. Called by the worker; no web process calls a network.

Whoever it says we are has to be whom the register names: a key of somebody else's account works, and is refused.
A blip is written down and tried again soon; only what a person has to mend is told to anybody, once.
"""

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts import handles
from accounts.acts import WORKER
from accounts.connections import adapter_for, capabilities
from accounts.events import CONNECTION_FOUND, CONNECTION_LOST
from accounts.models import ConnectionCheck, SocialAccount
from audit import actions as audit
from outbound.deadline import Deadline
from platforms.base import Profile
from platforms.errors import NotSent, PlatformError
from rules.states import AccountState

logger = logging.getLogger(__name__)
EVERY = timedelta(hours=6)
SOON = timedelta(minutes=10)
MOST_AT_ONCE = 10
UNEXPECTED = "思いがけない誤りで、確かめられませんでした"


def check_due(*, now: datetime) -> int:
    """Look at what was connected anew, at what failed a while ago, and now and then at all. How many it were."""
    began, checked = time.monotonic(), 0
    for pk in list(due(now).values_list("pk", flat=True)[:MOST_AT_ONCE]):
        # One network that hangs must not keep the senders' threads; what is left is looked at next time.
        if time.monotonic() - began > settings.SEND_DEADLINE_SECONDS:
            break
        # As it is by now: somebody may have connected it anew while the others were asked.
        check(SocialAccount.objects.get(pk=pk), now=now + timedelta(seconds=time.monotonic() - began))
        checked += 1
    return checked


def due(now: datetime) -> QuerySet[SocialAccount]:
    """Those with a credential whose last look is too old, or older than what it is connected with."""
    rows = SocialAccount.objects.filter(connection="api", credential__isnull=False)
    never = Q(connection_check=None)
    long_ago = Q(connection_check__checked_at__lt=now - EVERY)
    anew = Q(connection_check__checked_at__lt=F("credential__changed_at"))
    failed = ~Q(connection_check__outcome=ConnectionCheck.OK) & Q(connection_check__checked_at__lt=now - SOON)
    wanted = rows.exclude(state=AccountState.CLOSED).filter(never | long_ago | anew | failed)
    return wanted.order_by("connection_check__checked_at", "pk")


def check(account: SocialAccount, *, now: datetime) -> ConnectionCheck:
    """Ask, and write down what was said."""
    try:
        if not capabilities(account).checks:
            return _write(account, "unsupported", "この接続では確かめられません", None, now)
        profile = adapter_for(account, now=now).profile(
            deadline=Deadline.after(settings.SEND_DEADLINE_SECONDS)
        )
    except PlatformError as error:
        return _write(account, error.code, error.detail, None, now)
    except Exception:  # one account's trouble must not keep the others from being looked at
        logger.exception("account %s could not be checked", account.pk)
        return _write(account, NotSent.code, UNEXPECTED, None, now)
    return _write(account, *_judged(account, profile), profile, now)


def _judged(account: SocialAccount, profile: Profile) -> tuple[str, str]:
    """The outcome of an answer, and what to say of it. Without a name in the register nothing can be compared."""
    if not account.handle.strip():
        return ConnectionCheck.OK, handles.not_registered(profile.handle)
    if handles.is_ours(account.handle, profile, str(account.config.get("base_url", ""))):
        return ConnectionCheck.OK, ""
    return ConnectionCheck.REFUSED, handles.mismatch(account.handle, profile.handle)


def _write(
    account: SocialAccount, outcome: str, detail: str, profile: Profile | None, now: datetime
) -> ConnectionCheck:
    with transaction.atomic(durable=True):
        before = ConnectionCheck.objects.select_for_update().filter(social_account=account).first()
        told = {
            "checked_at": now,
            "outcome": outcome,
            "detail": detail,
            "handle": profile.handle[:200] if profile else "",
            "name": profile.name[:200] if profile else "",
        }
        row, _ = ConnectionCheck.objects.update_or_create(social_account=account, defaults=told)
        _tell(row, was_broken=before is not None and before.is_broken, now=now)
    return row


def _tell(row: ConnectionCheck, *, was_broken: bool, now: datetime) -> None:
    """Into the record when it breaks, and when it is whole again; not at every look."""
    is_whole = row.outcome == ConnectionCheck.OK
    if row.is_broken == was_broken or not (row.is_broken or is_whole):
        return
    audit.append(
        stream=f"account:{row.social_account_id}",
        event=CONNECTION_LOST if row.is_broken else CONNECTION_FOUND,
        at=now,
        by=WORKER,
        payload={"outcome": row.outcome, "reason": row.detail},
    )
