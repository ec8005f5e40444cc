"""発信根拠: giving a clearance with its deliveries, and voiding one. Called inside an act's transaction."""

from datetime import datetime, timedelta

from django.conf import settings

from accounts.connections import capabilities
from accounts.models import SocialAccount
from posts.actions.cases import CaseFile
from posts.canonical import parse
from posts.models import Clearance, Decision, Delivery, Post, Waiver
from rules.states import OPEN, Basis, DeliveryState


def clear(case: CaseFile, ground: Decision | Waiver, basis: Basis, *, now: datetime) -> Clearance:
    """Let this version out, on a decision or a waiver: one clearance, and one waiting delivery per social account."""
    content = parse(case.version.canonical)
    clearance = Clearance.objects.create(
        post=case.post,
        version=case.version,
        decision=ground if isinstance(ground, Decision) else None,
        waiver=ground if isinstance(ground, Waiver) else None,
        basis=basis,
        digest=case.version.digest,
        cleared_at=now,
    )
    due_at = max(content.due_at or now, now)
    Delivery.objects.bulk_create(
        Delivery(
            clearance=clearance,
            post=case.post,
            social_account=account,
            due_at=due_at,
            latest_at=content.latest_at or too_late_after(account, due_at),
            next_try_at=due_at,
            urgent=content.disaster_information or basis == Basis.WAIVER,
        )
        for account in SocialAccount.objects.filter(pk__in=content.targets).order_by("pk")
    )
    return clearance


def too_late_after(account: SocialAccount, starts_at: datetime) -> datetime:
    """市の設定: from when on a person decides whether it still helps; people take longer than the program."""
    by_hand = capabilities(account).by_hand
    minutes = settings.LATEST_BY_HAND_MINUTES if by_hand else settings.LATEST_SENDING_MINUTES
    return starts_at + timedelta(minutes=minutes)


def void_clearance(post: Post, *, now: datetime) -> None:
    """Take the live clearance back; what has not gone out under it never will."""
    Delivery.objects.filter(post=post, state__in=OPEN).update(state=DeliveryState.SUPERSEDED)
    Clearance.objects.filter(post=post, voided_at__isnull=True).update(voided_at=now)


def drop_deliveries(post: Post, *, now: datetime) -> None:
    """A cancelled post: what still waits is dropped, and its clearance ends."""
    Delivery.objects.filter(post=post, state__in=OPEN).update(state=DeliveryState.DROPPED)
    Clearance.objects.filter(post=post, voided_at__isnull=True).update(voided_at=now)
