"""急ぐ事情: the list, what is added and taken out, and what comes back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import StaffMember
from policies.actions import lists
from policies.models import Urgency
from tests.policies.test_screen_hours import main, page
from tests.support.cast import NOW, Cast

As = Callable[[StaffMember], Client]


def add(client: Client, label: str) -> Any:
    return client.post(reverse("urgency_list"), {"do": "add", "label": label})


def take_out(client: Client, pk: object) -> Any:
    return client.post(reverse("urgency_list"), {"do": "retire", "urgency": str(pk)})


def test_list_without_an_entry_says_what_that_means(cast: Cast, as_: As) -> None:
    text = page(as_(cast.sato).get(reverse("urgency_list")))
    assert "緊急発信ができるのは災害のときだけです" in text
    assert "加えたり外したりできるのは、所属長・代決者・システム管理者です。" in text


def test_urgency_is_added_and_taken_out(cast: Cast, as_: As) -> None:
    client = as_(cast.suzuki)
    assert add(client, "断水")["Location"] == reverse("urgency_list")
    text = page(client.get(reverse("urgency_list")))
    assert "「断水」を急ぐ事情に加えました。" in text
    assert "一覧（1件）" in text
    take_out(client, Urgency.objects.get().pk)
    text = page(client.get(reverse("urgency_list")))
    assert "外したもの（1件）" in text
    assert "一覧（0件）" in text


@pytest.mark.clause("mima:5-ただし書-緊急")
@pytest.mark.parametrize(
    ("label", "status", "sentence"),
    [
        (" ", 409, "急ぐ事情の名前が書かれていません。"),
        ("断水", 409, "同じ名前の急ぐ事情が、もうあります。"),
        ("あ" * 81, 422, "80字までです。短くしてください。"),
    ],
)
def test_urgency_that_cannot_be_added_comes_back_filled(
    cast: Cast, as_: As, label: str, status: int, sentence: str
) -> None:
    lists.list_urgency(label="断水", by=cast.suzuki, now=NOW)
    response = add(as_(cast.suzuki), label)
    assert sentence in page(response, status)
    assert label.strip() in main(response)
    assert Urgency.objects.count() == 1


def test_urgency_taken_out_by_another_a_moment_ago_is_said(cast: Cast, as_: As) -> None:
    row = lists.list_urgency(label="断水", by=cast.suzuki, now=NOW)
    client = as_(cast.kondo)
    take_out(client, row.pk)
    assert "ほかの人が先に進めたのかもしれません" in page(take_out(client, row.pk), 409)


def test_staff_see_the_list_and_cannot_change_it(cast: Cast, as_: As) -> None:
    row = lists.list_urgency(label="断水", by=cast.suzuki, now=NOW)
    client = as_(cast.sato)
    assert "行えるのは、所属長・代決者とシステム管理者だけです" in page(add(client, "停電"), 403)
    assert "行えるのは、所属長・代決者とシステム管理者だけです" in page(take_out(client, row.pk), 403)
    assert Urgency.objects.get().retired_at is None


@pytest.mark.parametrize("pk", ["", "x", "987654", "9" * 30])
def test_urgency_that_is_not_there_is_not_found(cast: Cast, as_: As, pk: str) -> None:
    assert take_out(as_(cast.suzuki), pk).status_code == 404
