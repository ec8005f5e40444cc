"""Every address for every role: nothing is open that was not declared open, and nobody ever meets a broken page.

The addresses come from the URL resolver; `tests/stories/pages.py` says how each is opened.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import RoleAssignment, StaffMember
from posts.actions import sending
from posts.actions.recording import Outcome
from rules.states import Role
from tests.stories.pages import ANSWERS, PAGES, PRESSES, World, make_world, names, patterns
from tests.support.browser import BACKEND
from tests.support.cast import make_cast, seen

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PUBLIC = {"sign_in", "demo_switch", "site_page", "healthz"}
STAFF = {"staff", "checker", "chief", "deputy"}
EVERYBODY = STAFF | {
    "other chief",
    "web admin",
    "system admin",
    "auditor",
    "contractor",
    "elected",
}
DRAFTERS = {"staff", "checker", "contractor"}
CLEARED_IS_FOR_STAFF = ("contractor", "post_edit")  # drafts open for contractors, what was cleared does not
READERS = STAFF | {"contractor", "auditor", "web admin", "system admin"}
KEEPERS = {"chief", "deputy", "other chief", "system admin"}  # of the city's lists
# Who may open the page; all others who have signed in get the page that says who may.
MAY_OPEN = {
    "post_detail": READERS,
    "review_case": READERS,
    "check_case": READERS,
    "post_edit": DRAFTERS,
    "post_emergency": {"staff"},
    "disaster_edit": DRAFTERS,
    "afterwards_review": READERS,
    "afterwards_report": {"chief", "deputy", "other chief", "auditor"},
    "held_decide": READERS,
    "hand_case": READERS,
    "post_withdraw": READERS,
    "delivery_after_all": READERS,
    "policy_edit": STAFF | {"web admin"},
    "account_credential": {"system admin"},
    "ledger": {"chief", "deputy", "other chief", "system admin", "auditor"},
    "ledger_entry": {"chief", "deputy", "system admin", "auditor"},
    "post_topic": READERS | {"other chief"},
    "election_new": KEEPERS,
    "election_edit": KEEPERS,
}
# Whose press goes through.
MAY_PRESS = {
    "sign_out": EVERYBODY,
    "demo_switch": EVERYBODY,
    "post_counters": EVERYBODY,
    "disaster_counters": EVERYBODY,
    "post_confirm": STAFF,
    "confirmation_ratify": {"chief", "deputy"},
    "confirmation_deny": {"chief", "deputy"},
    "passkey_options": EVERYBODY,
    "post_claim": READERS,
    "notice_open": {"chief"},
    "post_take_back": {"staff"},
    "post_cancel": {"staff", "chief", "deputy"},
    "post_correct": DRAFTERS,
    "post_rest": DRAFTERS,
    "delivery_settle": STAFF,
    "delivery_gone": STAFF,
    "hand_take": STAFF,
    "hand_report": {"staff"},
    "hand_put_back": {"staff"},
    "policy_decide": {"chief", "deputy"},
    "policy_return": {"chief", "deputy"},
    "policy_publish": {"web admin"},
    "account_act": {"chief", "deputy"},
    "account_board": {"chief", "deputy"},
}
# Pages that take what is typed on them; all other pages are for reading.
TAKES_POST = {
    "restriction_new",
    "restriction_detail",
    "headquarters",
    "held_decide",
    "post_withdraw",
    "delivery_after_all",
    "sign_in",
    "post_new",
    "post_edit",
    "post_emergency",
    "disaster_new",
    "disaster_edit",
    "afterwards_review",
    "review_case",
    "check_case",
    "policy_edit",
    "account_request",
    "account_credential",
    "hours",
    "election_new",
    "election_edit",
    "urgency_list",
    "section_list",
    "section_edit",
    "person_list",
    "person_detail",
    "person_leave",
    "deputies",
    "transfers",
    "device_list",
    "device_detail",
    "this_device",
    "ledger_entry",
    "rulebook_detail",
    "rulebook_new",
    "handbook",
    "notice_list",
    "post_topic",
}
WHO_MAY = re.compile(
    r"(行える|見られる|書ける|行えます|できるのは|出せるのは|起案できません|行えません).*", re.S
)
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.S)
MAIN = re.compile(r"<main\b.*</main>", re.S)


@pytest.fixture
def world(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> World:
    settings.DEMO = True
    monkeypatch.setattr(sending, "Call", CallHere)
    return make_world(make_cast())


class CallHere:
    """A call without a thread: another thread would wait for ever for what only this test's transaction holds."""

    def __init__(self, name: str, work: Callable[[], Outcome], late: object) -> None:
        self.work = work

    def answer(self, seconds: float) -> Outcome:
        return self.work()


def everybody(world: World) -> dict[str, StaffMember | None]:
    """The people of the city, and two who hold no office in this program whatever is written about them."""
    mayor = _member(world, "mayor", "原田 修", is_elected=True)
    for role in (Role.WEB_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR):
        RoleAssignment.objects.create(staff=mayor, role=role, from_on=date(2024, 4, 1))
    return world.everybody() | {"elected": mayor}


def _member(world: World, username: str, name: str, *, is_elected: bool) -> StaffMember:
    return StaffMember.objects.create(
        username=username, display_name=name, section=world.cast.planning, is_elected=is_elected
    )


def signed_in(person: StaffMember | None, **options: bool) -> Client:
    client = Client(**options)  # type: ignore[arg-type]
    if person is not None:
        client.force_login(person, backend=BACKEND)
    return client


def test_view_declares_who_may_call_it() -> None:
    declared = {str(pattern.name): getattr(pattern.callback, "permission", None) for pattern in patterns()}
    roles = {f"roles:{role}" for role in Role}
    unknown = {
        name: permission
        for name, permission in declared.items()
        if permission not in {"public", "signed_in", *roles}
    }
    assert unknown == {}
    assert {name for name, permission in declared.items() if permission == "public"} == PUBLIC


def test_address_is_crawled_when_it_exists() -> None:
    assert names() == {*PAGES, *PRESSES, *ANSWERS}
    assert set(PRESSES) == set(MAY_PRESS)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_page_opens_for_those_who_may_and_says_who_may_to_all_others(world: World) -> None:
    faults = []
    for who, person in everybody(world).items():
        client = signed_in(person)
        for name, paths in PAGES.items():
            for path in paths(world):
                faults += list(_fault_of_page(who, name, path, client.get(path)))
    assert "\n".join(faults) == ""


def _fault_of_page(who: str, name: str, path: str, answer: HttpResponse) -> Iterator[str]:
    place = f"{who} {path}: {answer.status_code}"
    if who == "citizen" and name not in PUBLIC:
        if not _leads_to_sign_in(answer):
            yield place
    elif who in MAY_OPEN.get(name, EVERYBODY | {"citizen"}):
        # 302: a queue opens its first case. 409: the text has gone out, and the page says so.
        fine = {200, 302, 409} | ({403} if (who, name) == CLEARED_IS_FOR_STAFF else set())
        if answer.status_code not in fine or _leads_to_sign_in(answer):
            yield place
    elif not _is_led_on(name, answer) and not _says_who_may(answer):
        yield place
    yield from (
        f"{path}: a form without a token" for form in _post_forms(answer) if "csrfmiddlewaretoken" not in form
    )


def _is_led_on(name: str, answer: HttpResponse) -> bool:
    """A policy in somebody else's hands is shown to be read instead of written."""
    return name == "policy_edit" and answer.status_code == 302 and "/policies/versions/" in answer["Location"]


def _leads_to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(reverse("sign_in"))


def _says_who_may(answer: HttpResponse) -> bool:
    main = MAIN.search(answer.content.decode())
    return answer.status_code == 403 and main is not None and WHO_MAY.search(main[0]) is not None


def _post_forms(answer: HttpResponse) -> list[str]:
    forms = FORM.findall(answer.content.decode())
    return [form for form in forms if 'method="post"' in form.split(">")[0]]


def test_press_goes_through_for_those_who_may_and_for_nobody_else(world: World) -> None:
    faults = []
    for who, person in everybody(world).items():
        for name, paths in PRESSES.items():
            for path in paths(world):
                got = _press(signed_in(person), path, _typed(world, name, path, who))
                if name == "notice_open" and got.status_code == 404:
                    continue  # somebody else's notice is not there for them
                expected = _goes_through if who in MAY_PRESS[name] or _is_open(who, name) else _is_kept_out
                if not expected(who, got):
                    faults.append(f"{who} {path}: {got.status_code} {got.headers.get('Location', '')}")
    assert "\n".join(faults) == ""


def _is_open(who: str, name: str) -> bool:
    return who == "citizen" and name in PUBLIC


def _goes_through(who: str, got: HttpResponse) -> bool:
    return got.status_code in (200, 302) and (who != "citizen" or not _leads_to_sign_in(got))


def _is_kept_out(who: str, got: HttpResponse) -> bool:
    return _leads_to_sign_in(got) if who == "citizen" else _says_who_may(got)


def _press(client: Client, path: str, typed: dict[str, object]) -> HttpResponse:
    """The answer; what the press did is undone, so that everybody presses in the same city."""
    savepoint = transaction.savepoint()
    try:
        return client.post(path, typed)  # type: ignore[return-value]
    finally:
        transaction.savepoint_rollback(savepoint)


def _typed(world: World, name: str, path: str, who: str = "") -> dict[str, object]:
    """What the page's form would send."""
    pk = next((int(part) for part in path.split("/") if part.isdecimal()), 0)
    rows = {"policy": world.policies.values(), "account": world.accounts}.get(name.split("_")[0], ())
    row = next((row for row in rows if row.pk == pk), None)
    if row is not None:
        row.refresh_from_db()
    form_no = row.form_no if row is not None else 1
    settling = {"tries": 1, "verdict": "not_live", "url": "https://x.com/mima_hand/status/1"}
    how = "in_app" if who == "chief" else "phone"  # the chief's own word is given on the screen
    word = {"chief": world.cast.suzuki.pk, "how": how, "seen_digest": seen(world.posts["awaiting check"])}
    just_now = timezone.localtime() - timedelta(minutes=1)
    said = {**word, "confirmed_on": f"{just_now:%Y-%m-%d}", "confirmed_time": f"{just_now:%H:%M}"}
    return {
        "reason": "理由です",
        "seen": "画面で見ました",
        "form_no": form_no,
        "person": world.cast.sato.pk,
        **settling,
        **said,
    }


def test_press_is_refused_when_it_comes_as_a_link(world: World) -> None:
    client = signed_in(world.cast.sato)
    answers = {path: client.get(path).status_code for paths in PRESSES.values() for path in paths(world)}
    assert {path: status for path, status in answers.items() if status != 405} == {}


def test_page_for_reading_takes_no_post(world: World) -> None:
    client = signed_in(world.cast.suzuki)
    reading = {name: paths(world)[0] for name, paths in PAGES.items() if name not in TAKES_POST}
    answers = {name: client.post(path).status_code for name, path in reading.items()}
    assert {name: status for name, status in answers.items() if status != 405} == {}


def test_nothing_is_taken_without_the_forms_token(world: World) -> None:
    client = signed_in(world.cast.suzuki, enforce_csrf_checks=True)
    every = [path for paths in (*PAGES.values(), *PRESSES.values()) for path in paths(world)]
    answers = {path: client.post(path) for path in every}
    assert {path: got.status_code for path, got in answers.items() if got.status_code != 403} == {}
    assert all("画面が古くなりました" in got.content.decode() for got in answers.values())


@pytest.mark.parametrize("pk", [987654, 10**17, 10**30])
def test_page_of_nothing_is_not_found(pk: int) -> None:
    """Also for a number that no database can hold."""
    client = signed_in(make_cast().kondo)
    about_rows = {
        str(pattern.name): str(pattern.pattern) for pattern in patterns() if "pk" in str(pattern.pattern)
    }
    assert about_rows
    answers = {}
    for name, pattern in about_rows.items():
        path = "/" + re.sub(r"<int:pk>|\(\?P<pk>[^)]*\)", str(pk), pattern.strip("^$"))
        path = re.sub(r"\(\?P<verb>(\w+)[^)]*\)", r"\1", path)
        answers[name] = (client.post if name in PRESSES else client.get)(path).status_code
    assert {name: status for name, status in answers.items() if status != 404} == {}


def test_inactive_person_is_a_stranger(world: World) -> None:
    client = signed_in(world.cast.suzuki)
    StaffMember.objects.filter(pk=world.cast.suzuki.pk).update(is_active=False)
    closed = {name: paths(world)[0] for name, paths in PAGES.items() if name not in PUBLIC}
    open_to = {name for name, path in closed.items() if not _leads_to_sign_in(client.get(path))}  # type: ignore[arg-type]
    assert open_to == set()


def test_changing_into_somebody_else_exists_in_the_demo_only(world: World, settings: Settings) -> None:
    settings.DEMO = False
    answer = signed_in(world.cast.sato).post(reverse("demo_switch"), {"person": world.cast.suzuki.pk})
    assert answer.status_code == 404
