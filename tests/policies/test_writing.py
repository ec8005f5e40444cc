"""Writing a policy: drafts, versions, who may, and asking for the decision."""

from datetime import date, datetime
from typing import Any

import pytest

from accounts.acts import ActRefused, ActStale
from accounts.models import SocialAccount
from audit.models import Entry
from policies.actions import policy
from policies.facts import empty_items
from policies.models import PolicyVersion
from rules.states import PolicyState
from tests.policies.conftest import content_of
from tests.support.cast import Cast

PARTS = {
    "service": ("", "ア 運用するソーシャルメディア名"),
    "url": ("", "イ アカウント名及びURL（URL）"),
    "categories": ([], "ウ 情報発信の目的及び内容（内容）"),
    "posters": ("", "エ 運用方法（投稿する人）"),
    "personal_information": (" ", "オ 個人情報に関する取扱い"),
    "intellectual_property": ("", "カ 知的財産権の帰属"),
    "disclaimers": ([], "キ 免責事項"),
}


def test_draft_may_be_incomplete(cast: Cast, account: SocialAccount, now: datetime) -> None:
    version = policy.write(account=account, content={"service": "X（旧Twitter）"}, by=cast.sato, now=now)
    assert (version.number, version.state, version.written_by) == (1, PolicyState.DRAFTING, cast.sato)


def test_draft_is_edited_in_place_until_it_is_decided(
    cast: Cast, account: SocialAccount, content: dict[str, Any], now: datetime
) -> None:
    first = policy.write(account=account, content=content, by=cast.onishi, now=now)
    again = policy.write(
        account=account, content={"purpose": "別の目的"}, by=cast.sato, now=now, form_no=first.form_no
    )
    assert again.pk == first.pk
    assert (again.purpose, again.posters) == ("別の目的", content["posters"])
    assert PolicyVersion.objects.count() == 1


def test_draft_takes_times_and_lists_as_the_model_says(
    cast: Cast, account: SocialAccount, content: dict[str, Any], now: datetime
) -> None:
    version = policy.write(account=account, content=content, by=cast.onishi, now=now)
    stored = PolicyVersion.objects.get(pk=version.pk)
    assert str(stored.hours_start) == "08:30:00"
    assert stored.further_items == content["further_items"]


def test_new_version_copies_the_last_one_but_not_its_day(
    cast: Cast, opened: SocialAccount, now: datetime
) -> None:
    version = policy.write(account=opened, content={"purpose": "新しい目的"}, by=cast.onishi, now=now)
    assert (version.number, version.purpose) == (2, "新しい目的")
    assert version.posters == "観光交流課の職員"
    assert version.effective_on is None


def test_draft_is_refused_from_people_of_other_sections(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    with pytest.raises(ActRefused) as caught:
        policy.write(account=account, content={"purpose": "x"}, by=cast.mori, now=now)
    assert caught.value.refusal.forbidden
    assert caught.value.refusal.codes == {"not_policy_writer"}
    assert Entry.objects.filter(stream=f"account:{account.pk}", event="policy.written.refused").exists()


def test_draft_is_refused_from_contractors(cast: Cast, account: SocialAccount, now: datetime) -> None:
    with pytest.raises(ActRefused) as caught:
        policy.write(account=account, content={"purpose": "x"}, by=cast.hayashi, now=now)
    assert caught.value.refusal.forbidden


def test_draft_is_stale_when_somebody_saved_in_between(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    version = policy.write(account=account, content={"purpose": "一"}, by=cast.sato, now=now)
    policy.write(account=account, content={"purpose": "二"}, by=cast.onishi, now=now, form_no=version.form_no)
    with pytest.raises(ActStale) as caught:
        policy.write(
            account=account, content={"purpose": "三"}, by=cast.sato, now=now, form_no=version.form_no
        )
    assert caught.value.current.purpose == "二"


def test_first_draft_is_stale_when_somebody_else_began_one(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    policy.write(account=account, content={"purpose": "一"}, by=cast.onishi, now=now, form_no=0)
    with pytest.raises(ActStale):
        policy.write(account=account, content={"purpose": "二"}, by=cast.sato, now=now, form_no=0)
    assert PolicyVersion.objects.get().purpose == "一"


def test_draft_is_refused_while_it_waits_for_the_decision(
    cast: Cast, waiting: PolicyVersion, now: datetime
) -> None:
    with pytest.raises(ActRefused) as caught:
        policy.write(account=waiting.social_account, content={"purpose": "x"}, by=cast.onishi, now=now)
    assert caught.value.refusal.codes == {"wrong_state"}


def test_draft_refuses_what_is_no_content(cast: Cast, account: SocialAccount, now: datetime) -> None:
    with pytest.raises(ValueError, match="decided_by"):
        policy.write(account=account, content={"decided_by": cast.suzuki}, by=cast.sato, now=now)


@pytest.mark.clause("mima:3-2-柱")
@pytest.mark.parametrize("field", PARTS)
def test_decision_cannot_be_asked_while_an_item_is_empty_and_it_is_named(
    cast: Cast, account: SocialAccount, now: datetime, field: str
) -> None:
    nothing, heading = PARTS[field]
    version = policy.write(
        account=account, content=content_of(account, **{field: nothing}), by=cast.onishi, now=now
    )
    with pytest.raises(ActRefused) as caught:
        policy.ask_decision(version=version, by=cast.onishi, now=now)
    sentences = [reason.sentence for reason in caught.value.refusal.reasons]
    assert sentences == [f"「{heading}」が書かれていません。"]


@pytest.mark.clause("mima:3-2-柱")
def test_empty_items_are_all_seven_when_nothing_is_written() -> None:
    found = empty_items(PolicyVersion())
    assert [heading[0] for heading in found] == list("アイウエオカキ")


def test_decision_cannot_be_asked_without_a_day(
    cast: Cast, account: SocialAccount, content: dict[str, Any], now: datetime
) -> None:
    version = policy.write(
        account=account, content={**content, "effective_on": None}, by=cast.onishi, now=now
    )
    with pytest.raises(ActRefused) as caught:
        policy.ask_decision(version=version, by=cast.onishi, now=now)
    assert caught.value.refusal.codes == {"effective_on_missing"}


def test_decision_cannot_be_asked_for_a_day_not_after_the_last_version(
    cast: Cast, opened: SocialAccount, now: datetime
) -> None:
    same_day = {"effective_on": date(2026, 4, 1)}
    version = policy.write(account=opened, content=same_day, by=cast.onishi, now=now)
    with pytest.raises(ActRefused) as caught:
        policy.ask_decision(version=version, by=cast.onishi, now=now)
    assert caught.value.refusal.codes == {"effective_before_last"}


def test_asking_leaves_who_what_and_which_content_in_the_record(cast: Cast, waiting: PolicyVersion) -> None:
    entry = Entry.objects.get(event="policy.decision_asked")
    assert entry.stream == f"account:{waiting.social_account_id}"
    assert entry.by.startswith("onishi ")
    assert '"digest"' in entry.payload
