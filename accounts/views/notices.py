"""お知らせ: one's own notices, newest first, and how one wants them mailed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import notices as actions
from accounts.models import MAIL_CHOICE_JA, Notice, NoticeChoice
from accounts.permissions import signed_in
from accounts.views.access import chosen, staff_of
from rules.states import MailChoice

PAGE = 30


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def notice_list(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _take(request)
    staff, before = staff_of(request), request.GET.get("before", "")
    rows = Notice.objects.filter(to=staff).order_by("-pk")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    choice = NoticeChoice.objects.filter(staff=staff).first()
    context = {
        "rows": found[:PAGE],
        "next": found[PAGE - 1].pk if len(found) > PAGE else None,
        "unread": Notice.objects.filter(to=staff, read_at__isnull=True).count(),
        "choices": MAIL_CHOICE_JA.items(),
        "choice": choice.mail if choice else MailChoice.AT_ONCE,
        "address": staff.email,
    }
    return render(request, "accounts/notice_list.html", context)


@signed_in
@require_POST
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """読んで、その画面へ. Only one's own."""
    notice = chosen(Notice.objects.filter(to=staff_of(request)), pk)
    actions.read(notice=notice, now=timezone.now())
    return redirect(notice.path)


def _take(request: HttpRequest) -> HttpResponse:
    staff, mail = staff_of(request), request.POST.get("mail", "")
    if mail in set(MailChoice):
        actions.choose(staff=staff, mail=MailChoice(mail))
        messages.success(request, f"メールの送り方を「{MAIL_CHOICE_JA[MailChoice(mail)]}」にしました。")
    else:
        count = actions.read_all(staff=staff, now=timezone.now())
        messages.success(request, f"{count}件を読んだことにしました。")
    return redirect("notice_list")
